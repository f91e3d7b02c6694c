/**
 * Evidence that a certificate which nobody verifies matters where it stands: what is sent, where to,
 * and who decides.
 */

/** Returns the source of an expression that matches what one of some others does. */
function anyOf(expressions: readonly RegExp[]): string {
  return expressions.map(({ source }) => source).join('|');
}

/** Names of options and settings for certificates, and calls that verify them in another way. */
const DECIDED = [
  /\b(?:no_?|skip_?|disable_?)?(?:ssl|tls|cert(?:ificate)?|https|host(?:name)?|peer)s?_?(?:no_?|skip_?)?(?:verif(?:y|ication)|check(?!_?hostname)|validat(?:e|ion)|strict)/u,
  /(?<!\.)\b(?:verify|check|validate|skip|ignore|accept|allow)_?(?:server_?)?(?:ssl|tls|https|cert(?:ificate)?s?|self_?signed|unauthorized)\b(?!\s{0,3}[=:]\s{0,3}(?:False|false))/u,
  /\binsecure\b|\bca_?(?:certs?|file|bundle|path)\b|self_?signed|strict_?ssl/u,
  /\bverify\s{0,3}=\s{0,3}(?!False\b|True\b)[a-z]/u,
  /(?:process\.env|environ|getenv)\b[^\n]{0,160}(?:rejectUnauthorized\s{0,3}:\s{0,3}false|verify\s{0,3}=\s{0,3}False)/u,
  /match_hostname|fingerprint|thumbprint|getpeercert|getPeerCertificate|checkServerIdentity/u,
];

/** Secrets that are sent, and addresses with TLS that the program fixes. */
const STAKES = [
  /Authorization\b|\bBearer\b|\bauth\s{0,3}[=:]|\.auth\b|passwo?r?d|passphrase|api_?key|access_?token|auth_?token|['"]token['"]|\bCookie\b|\.login\(|credentials?\b/u,
  /['"`]https:\/\/(?!localhost|127\.|0\.0|\[|[\s'"`{%$+<])/u,
];

/**
 * The file sends secrets, or names an address with TLS that is not local. No option in it decides
 * about certificates, and it does not verify them itself. Other programs connect to where their
 * user points, and send nothing that is secret.
 */
export const AT_STAKE = new RegExp(
  `^(?![\\s\\S]*(?:${anyOf(DECIDED)}))(?=[\\s\\S]*(?:${anyOf(STAKES)}))`,
  'iu',
);

/**
 * An option of the user decides whether certificates are verified; or the program verifies them
 * itself, or is the server.
 */
const OPTION =
  /\b(?:if|elif|unless)\b[^\n]{0,200}(?:verif|insecure|unsafe|strict_?ssl|unauthorized|self_?signed|skip_?(?:tls|ssl|cert)|ignore_?(?:ssl|tls|cert|https)|cert_?check|check_?(?:server_?)?cert)|\bif\b[^\n]{0,80}(?:environ|getenv)|(?:requestCert|isServer)\s*[:=]\s*true|rejectUnauthorized\s*:\s*(?:!|\w+\.)/u;

/** The other end is on the same computer, or the address has no TLS. */
const LOCAL =
  /\blocal_?host\b|\b127\.0\.0\.1\b|\blocal_?(?:server|port|https)\b|\(\s{0,9}f?['"`]http:/u;

/** What shows in a function that a certificate need not be verified, or is elsewhere. */
export const NOT_AT_STAKE = new RegExp(anyOf([OPTION, LOCAL]), 'iu');
