/**
 * Files of programs whose lines switch checks of certificates or signatures off. Sources: the
 * manuals of curl, wget, apt.conf(5), sources.list(5), npm, yarn, pip, dnf.conf(5), zypper,
 * git-config(1), gem, conda, Composer, pacman.conf(5), uv and bundler.
 */

interface ConfigurationFile {
  readonly path: RegExp;
  /** A line, or several, that switches a check off. */
  readonly off: RegExp;
}

const NO = String.raw`["']?(?:0|false|no|off|never|quiet|disable)\b`;
const YES = String.raw`["']?(?:1|true|yes|on)\b`;

const FILES: readonly ConfigurationFile[] = [
  {
    path: /(?:^|\/)[._]?curlrc$/u,
    off: /(?:^|\n)[ \t]*(?:-[a-zA-Z]*k\b|-{0,2}(?:insecure|proxy-insecure|doh-insecure)\b)(?![ \t]*[=:]?[ \t]*(?:false|0))/u,
  },
  {
    path: /(?:^|\/)\.?wgetrc$/u,
    off: new RegExp(String.raw`(?:^|\n)[ \t]*check[-_]?certificate[ \t]*=[ \t]*${NO}`, 'iu'),
  },
  {
    path: /(?:^|\/)apt\.conf(?:\.d\/[^/]+)?$/u,
    off: new RegExp(
      String.raw`\b(?:AllowUnauthenticated|AllowInsecureRepositories|AllowDowngradeToInsecureRepositories|AllowWeakRepositories|force-yes)\b[\s=]*${YES}|\bVerify-(?:Peer|Host)\b[\s=]*${NO}`,
      'iu',
    ),
  },
  {
    path: /(?:^|\/)sources\.list(?:\.d\/[^/]+)?$|\.sources$/u,
    off: /\[[^\]\n]*\b(?:trusted|allow-insecure)=yes\b|(?:^|\n)[ \t]*(?:Trusted|Allow-Insecure)[ \t]*:[ \t]*yes\b/iu,
  },
  {
    path: /(?:^|\/)\.?npmrc$/u,
    off: new RegExp(String.raw`(?:^|\n)[ \t]*strict-ssl[ \t]*=[ \t]*${NO}`, 'iu'),
  },
  {
    path: /(?:^|\/)\.?yarnrc(?:\.yml)?$/u,
    off: new RegExp(
      String.raw`(?:^|\n)[ \t]*"?(?:strict-ssl"?[ \t]+|enableStrictSsl"?[ \t]*:[ \t]*)${NO}`,
      'iu',
    ),
  },
  {
    path: /(?:^|\/)pip\.(?:conf|ini)$/u,
    off: /(?:^|\n)[ \t]*trusted-host[ \t]*[=:][ \t]*(?:\n[ \t]+)?\S/iu,
  },
  {
    path: /(?:^|\/)(?:yum|dnf|zypp|zypper)\.conf$|\.repo$/u,
    off: new RegExp(
      String.raw`(?:^|\n)[ \t]*(?:gpgcheck|pkg_gpgcheck|sslverify)[ \t]*=[ \t]*${NO}`,
      'iu',
    ),
  },
  {
    path: /(?:^|\/)\.?gitconfig$|\.git\/config$|(?:^|\/)git\/config$/u,
    off: new RegExp(String.raw`\bsslVerify[ \t]*=[ \t]*${NO}`, 'iu'),
  },
  { path: /(?:^|\/)\.?gemrc$/u, off: /(?:^|\n)[ \t]*:?ssl_verify_mode:[ \t]*0\b/u },
  {
    path: /(?:^|\/)\.?condarc$/u,
    off: new RegExp(String.raw`(?:^|\n)[ \t]*ssl_verify[ \t]*:[ \t]*${NO}`, 'iu'),
  },
  {
    path: /(?:^|\/)(?:\.composer|composer)\/config\.json$|(?:^|\/)composer\.json$/u,
    off: /"(?:disable-tls"[ \t]*:[ \t]*true|secure-http"[ \t]*:[ \t]*false)/u,
  },
  {
    path: /(?:^|\/)pacman\.conf$/u,
    off: /(?:^|\n)[ \t]*SigLevel[ \t]*=[^\n]*\b(?:Never|TrustAll)\b/u,
  },
  {
    path: /(?:^|\/)uv\.toml$/u,
    off: /(?:^|\n)[ \t]*allow-insecure-host[ \t]*=[ \t]*\[[ \t\n]*["']/u,
  },
];

/** Returns the line of a file that switches a check off; `undefined` if there is none. */
export function offLine(path: string, text: string): string | undefined {
  const file = FILES.find((one) => one.path.test(path));
  const found = file?.off.exec(text)?.[0].trim();
  return found === undefined ? undefined : (found.split('\n')[0] ?? found);
}

/**
 * Returns the switched-off setting in a script of `sed` that changes the file: its texts stand
 * between slashes or at the end.
 */
export function offEdit(path: string, script: string): string | undefined {
  return offLine(path, script.replaceAll(/[/|#,;@]|\\n|\b[aic]\\?[ \t]+|\^|\$/gu, '\n'));
}
