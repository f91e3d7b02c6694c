/** Connections whose other end is not verified. */

import type { SearchData } from '../../../flow/rules.ts';
import type { CodeRule } from '../code-rule.ts';
import { AT_STAKE, NOT_AT_STAKE } from './connection-evidence.ts';

/**
 * Servers do not verify clients that have no certificates. A pinned certificate needs no name, and
 * one that is fetched is verified later.
 */
const SERVER_SIDE =
  /PROTOCOL_TLS_SERVER|CLIENT_AUTH|load_cert_chain|server_side\s*=\s*True|def wrap_socket|cafile\s*=|load_verify_locations|getpeercert|def \w{0,40}(?:fetch|get)\w{0,40}cert|\b(?:el)?if\b[^\n]{0,200}(?:verif|insecure|unsafe|strict|validate|check)/u;

/** The other end may be an address, for which no certificate has a name. */
const NAMELESS_OR_SERVER = new RegExp(
  `${SERVER_SIDE.source}|\\bif not (?:self\\.)?(?:server_)?host_?name\\s*:`,
  'u',
);

/**
 * Returns a pattern with confidence where something is at stake and no option decides, and with low
 * confidence where it is.
 */
function unlessOption(pattern: string): readonly SearchData[] {
  return atStake({ pattern });
}

function atStake(data: SearchData): readonly SearchData[] {
  const unless = new RegExp(
    [NOT_AT_STAKE, ...(data.unless === undefined ? [] : [data.unless])]
      .map(({ source }) => source)
      .join('|'),
    'iu',
  );
  return [
    { ...data, unless, file: AT_STAKE },
    { ...data, confidence: 'low' },
  ];
}

/**
 * The version depends on what the library or the language has: the branch is for systems that have
 * no other.
 */
const VERSION_BRANCH =
  /version_info|hexversion|hasattr\(\s*ssl|getattr\(\s*ssl|OPENSSL_VERSION|HAS_TLS|\btls_?ver|[=!]=\s?1\.[012]\b|[=!]=\s?['"](?:TLS|SSL)v|\bPROTOCOL_TLS(?:_CLIENT|_SERVER)?\b|except\s+(?:\(?[\w, ]{0,80})?AttributeError/u;

/** The rules. */
export const CONNECTION_RULES: readonly CodeRule[] = [
  {
    name: 'unverified-tls',
    title: 'certificates of TLS are not verified',
    severity: 'high',
    confidence: 'high',
    cwe: [295],
    why: 'An attacker on the network between the program and the server can read and change all data.',
    remedy: 'Verify certificates. Pass the certificate of a private authority instead.',
    javascript: {
      search: [
        ...[
          'https.request',
          'https.get',
          'https.Agent',
          'tls.connect',
          'undici.Agent',
          'tls.createServer',
          'axios.create',
          'mysql.createConnection',
          'request',
          'request.get',
        ].flatMap((name) => [
          ...unlessOption(`${name}({ rejectUnauthorized: false }, ...)`),
          ...unlessOption(`${name}($X, { rejectUnauthorized: false }, ...)`),
        ]),
        ...unlessOption('undici.Agent({ connect: { rejectUnauthorized: false } })'),
        ...['pg.Pool', 'pg.Client', 'nodemailer.createTransport', 'ioredis', 'sequelize'].flatMap(
          (name) => [
            ...unlessOption(`${name}({ ssl: { rejectUnauthorized: false } })`),
            ...unlessOption(`${name}({ tls: { rejectUnauthorized: false } })`),
          ],
        ),
        ...unlessOption('process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"'),
        ...unlessOption('process.env.NODE_TLS_REJECT_UNAUTHORIZED = 0'),
      ],
    },
    python: {
      search: [
        ...['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request']
          .map((name) => `requests.${name}(..., verify=False)`)
          .concat('httpx.Client(..., verify=False)', 'httpx.AsyncClient(..., verify=False)')
          // Otherwise a variable or a setting decides.
          .flatMap((pattern) => atStake({ pattern, near: /\bFalse\b/u })),
        ...unlessOption('ssl._create_unverified_context(...)'),
        ...atStake({
          pattern: 'ssl.wrap_socket(...)',
          not: ['ssl.wrap_socket(..., cert_reqs=$CHOICE)'],
          unless: SERVER_SIDE,
        }),
        ...atStake({
          pattern: 'ssl.wrap_socket(..., cert_reqs=ssl.CERT_NONE)',
          unless: SERVER_SIDE,
        }),
        {
          pattern: 'ssl.wrap_socket(...)',
          not: ['ssl.wrap_socket(..., cert_reqs=ssl.CERT_REQUIRED)'],
          confidence: 'low',
        },
        ...unlessOption('ssl._create_default_https_context = ssl._create_unverified_context'),
        ...unlessOption('urllib3.PoolManager(..., cert_reqs="CERT_NONE")'),
        ...atStake({ pattern: '$CONTEXT.check_hostname = False', unless: NAMELESS_OR_SERVER }),
        ...atStake({ pattern: '$CONTEXT.verify_mode = ssl.CERT_NONE', unless: SERVER_SIDE }),
        ...unlessOption('requests.verify = False'),
        {
          pattern: '$SESSION.verify = False',
          near: /session|client|requests|https?\b/iu,
          file: new RegExp(`(?=[\\s\\S]*\\b(?:requests|httpx)\\b)${AT_STAKE.source}`, 'iu'),
          unless: NOT_AT_STAKE,
        },
        {
          pattern: '$SESSION.verify = False',
          near: /session|client|requests|https?\b/iu,
          file: /\b(?:requests|httpx)\b/u,
          confidence: 'low',
        },
        ...unlessOption('aiohttp.TCPConnector(..., ssl=False)'),
        ...unlessOption('aiohttp.TCPConnector(..., verify_ssl=False)'),
      ],
    },
    example: 'py',
    failing:
      "import requests\n\nrequests.get('https://internal.example/', verify=False, timeout=5)\n",
    passing:
      "import requests\n\nrequests.get('https://internal.example/', verify='/etc/ssl/internal.pem', timeout=5)\n",
  },
  {
    name: 'old-tls',
    title: 'an old version of TLS is allowed',
    severity: 'medium',
    confidence: 'high',
    cwe: [327],
    why: 'SSL and TLS below 1.2 have known attacks.',
    remedy: 'Allow TLS 1.2 and later alone.',
    javascript: {
      search: [
        'https.createServer',
        'tls.createServer',
        'tls.connect',
        'https.Agent',
        'https.request',
        'tls.createSecureContext',
      ].flatMap((name) => [
        {
          pattern: `${name}({ minVersion: $VERSION }, ...)`,
          where: { VERSION: /^TLSv1(?:\.1)?$/u },
        },
        {
          pattern: `${name}({ secureProtocol: $VERSION }, ...)`,
          where: { VERSION: /^(?:SSLv|TLSv1(?:_1)?_)/u },
        },
      ]),
    },
    python: {
      search: ['PROTOCOL_SSLv2', 'PROTOCOL_SSLv3', 'PROTOCOL_TLSv1', 'PROTOCOL_TLSv1_1']
        .flatMap((name) => [`ssl.SSLContext(ssl.${name})`, `ssl.SSLContext(protocol=ssl.${name})`])
        .concat([
          '$CONTEXT.minimum_version = ssl.TLSVersion.TLSv1',
          '$CONTEXT.minimum_version = ssl.TLSVersion.TLSv1_1',
          '$CONTEXT.minimum_version = ssl.TLSVersion.SSLv3',
        ])
        .flatMap((pattern) => [
          { pattern, unless: VERSION_BRANCH },
          { pattern, confidence: 'low' as const },
        ]),
    },
    example: 'py',
    failing: 'import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n',
    passing: 'import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n',
  },
  {
    name: 'unverified-host-key',
    title: 'the key of an SSH server is not verified',
    severity: 'high',
    confidence: 'high',
    cwe: [295],
    why: 'Another server can take the place of the one that is meant and gets the password.',
    remedy: 'Load the known keys, and refuse others.',
    python: {
      search: ['AutoAddPolicy', 'WarningPolicy']
        .flatMap((name) => [
          `$CLIENT.set_missing_host_key_policy(paramiko.${name})`,
          `$CLIENT.set_missing_host_key_policy(paramiko.${name}())`,
          `$CLIENT.set_missing_host_key_policy(paramiko.client.${name}())`,
          `$CLIENT.set_missing_host_key_policy(paramiko.client.${name})`,
        ])
        .concat(['asyncssh.connect(..., known_hosts=None)'])
        // Unless a setting decides.
        .map((pattern) => ({
          pattern,
          unless:
            /RejectPolicy|\bif [^\n]{1,200}\n\s{1,80}[\w.]{1,80}\.set_missing_host_key_policy/u,
        })),
    },
    example: 'py',
    failing:
      'import paramiko\n\nclient = paramiko.SSHClient()\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n',
    passing: 'import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\n',
  },
];
