/**
 * Evidence that weak cryptography matters where it stands: names of data and of functions, and
 * words of protocols that leave no choice.
 */

/**
 * Names of what a digest protects. Without any, it is more often a checksum, an identifier or the
 * key of a cache; and the digest of random data protects nothing, whatever it is called.
 */
export const PROTECTED =
  /passw|passphrase|passcode|(?<![a-z])(?:pwd?|pass)(?![a-z])|^(?![\s\S]*(?<![a-z])(?:u?random|rand|uuid))[\s\S]*(?:token(?!iz)|secret|signature[\s\S]*(?:key|salt)|(?:key|salt)[\s\S]*signature|(?<![a-z])sign(?:ed|ing|er)?(?![a-z])|csrf|xsrf|hmac|credential|api_?key|private_?key|(?<![a-z])otp(?![a-z]))/u;

/** Names of passwords. */
export const PASSWORDS = /passw|passphrase|passcode|(?<![a-z])(?:pwd?|pass)(?![a-z])/u;

/** Names of functions that sign. */
export const SIGNING = /(?<![a-z])(?:sign|signer|csrf|xsrf|hmac)(?![a-z])/u;

/** What is digested is random already. */
export const RANDOM_DATA = /(?:md5|sha1|update)\([^\n]{0,200}(?:urandom|uuid|random)/iu;

/**
 * The digest of a protocol, which leaves no choice: HTTP Digest (RFC 7616), NTLM, APOP (RFC 1939),
 * CRAM-MD5 (RFC 2195), OAuth 1 (RFC 5849), one-time passwords (RFC 4226), WS-Security, the
 * fingerprints that name certificates, and headers that sign requests to a service.
 */
export const PROTOCOL =
  /\brealm\b|\bc?nonce\b|\bqop\b|\bha1\b|\bntlm|\bapop\b|(?:\b|_)cram[_-]?md5|EVP_BytesToKey|\bOAEP\b|bytes_?to_?key\b|\biv_?len\b|\boauth_|\b[ht]otp\b|\bhmac\.new\(\s*hashlib\.|UsernameToken|\bjabber\b|\bsasl\b|\brfc_?\d{4}\b|fingerprint|thumbprint|headers?\[\s*['"]authorization['"]\s*\]\s*=(?!=)|\bx-[\w-]{0,40}(?:auth|sign)/iu;

/**
 * A file with weak and strong functions of many kinds, or with the ciphers and names of old
 * formats, computes the formats of other programs.
 */
export const OWN_FORMAT =
  /^(?![\s\S]*\b(?:arc4|rc4|pdf|ntlm|md4|\w*FormatError)\b)(?!(?=[\s\S]*md5)(?=[\s\S]*sha[_-]?1)(?=[\s\S]*sha[_-]?256)(?=[\s\S]*sha[_-]?(?:224|384|512)))/iu;

/**
 * The file sends requests to other services or names their addresses, so that their interfaces ask
 * for its digests; or it makes the form in which PostgreSQL keeps passwords (`md5` in front of the
 * digest).
 */
const OF_ANOTHER_SERVICE =
  /['"`](?:https?|wss?):\/\/(?!localhost|127\.|www\.w3\.org|schemas\.|[^'"`\n]{0,80}example)|\brequests?\.(?:get|post|put|request|sessions?|Session)\b|(?:^|\n)(?:import|from) requests\b|\b(?:urlopen|urllib2|httplib2?|http\.client|httpx|ClientSession|get_requests_session|axios|superagent|node-fetch)\b|\b(?:fetch|got|needle)\(|\bhttps?\.(?:get|request)\(|require\(['"](?:request|request-promise(?:-native)?|phin|undici)['"]\)|['"]md5['"]\s{0,9}\+/u;

/** The file packs messages or implements a standard, which says how its digests are computed. */
const OF_A_PROTOCOL =
  /\bstruct\.(?:un)?pack|\bpack_(?:string|u?int)\w*\(|\bOctetString\b|\basn1|\bwriteU?Int(?:8|16|32)|\brfc[-_ ]?\d{4}|\boauth_?1/u;

/**
 * A file that neither computes formats of many kinds, nor implements a protocol, nor sends requests
 * to another service.
 */
export const OWN_DIGEST = new RegExp(
  `${OWN_FORMAT.source.replace(/\)$/u, '')})(?![\\s\\S]*(?:${OF_ANOTHER_SERVICE.source}|${OF_A_PROTOCOL.source}))`,
  'iu',
);

/** A file that does not use other services, and takes no numbers of the module `secrets`. */
export const NO_CLIENT = new RegExp(
  `^(?![\\s\\S]*(?:from secrets import|${OF_ANOTHER_SERVICE.source}))`,
  'iu',
);

/** A file of that sort that keeps accounts: it serves requests or a database, and names users. */
export const KEEPS_ACCOUNTS = new RegExp(
  `${NO_CLIENT.source}(?=[\\s\\S]*(?:passw|e-?mail|\\busers?\\b|account|set_cookie|\\bcookies?\\b|[cx]srf))(?=[\\s\\S]*(?:express|\\bkoa\\b|fastify|\\bhapi\\b|flask|django|fastapi|aiohttp|tornado|bottle|cherrypy|sqlalchemy|\\.execute\\(|\\.query\\(|\\breq\\b|\\.save\\(|\\bctx\\b))`,
  'iu',
);

/** Names of functions that compare passwords, whatever else the file does. */
export const CHECKS_PASSWORD =
  /(?:check|verify|set|compare|store)\w*passw|passw\w*(?:match|valid)/u;

/** Names of functions and fields that keep passwords. */
export const KEEPS_PASSWORD = /(?:hash|make|encrypt|crypt|encode)\w*passw|passw\w*(?:hash|digest)/u;

/**
 * The key or the data is of the program's own choice, and no part of a format or protocol: a
 * setting, or something named like a secret.
 */
export const OWN_CHOICE =
  /environ|process\.env|settings|config|secret|passw|passphrase|(?<![a-z])(?:pwd|pass)(?![a-z])|api_?key|token|credential|vault|session|cookie/u;

/**
 * The token is that of OpenID Connect, which came from its issuer over TLS (OpenID Connect Core
 * 1.0, section 3.1.3.7); or the function decodes it again, once it
 * knows the key, or has signed it before.
 */
export const FROM_ISSUER =
  /\bid_?token|refresh(?:ed)?_?token|(?:decode|verify)\w*\([\s\S]{1,2000}(?:decode|verify)\w*\(|\bsign\([\s\S]{1,300}\bdecode\(/iu;

/** Names of functions whose result decides about access. */
export const ACCESS =
  /authenticat|authoriz|verif(?:y|ied)|validate|(?<![a-z])(?:user|users|account|tenant|session|admin|roles?|claims|identity|principal|permissions?|access)(?![a-z])/u;

/**
 * The function takes secure random numbers for its secrets, and others for the rest; or the number
 * is a salt, the nonce of a client or the boundary of a message's parts, which are no secrets.
 */
export const SECURE_RANDOM =
  /\bsecrets\.(?:token_|choice|randbelow)|SystemRandom|randomBytes\(|getRandomValues|randomUUID|\bsalt\s{0,9}=(?!=)[^\n]{0,80}random|(?:\b|_)c_?nonce|\b(\w{1,40})\s{0,9}=(?!=)[^\n]{0,80}random[^\n]{0,80}\n[^\n]{0,40}\bboundary\s{0,9}=(?!=)[^\n]{0,120}\b\1\b/u;
