/** Files, programs and windows with more rights than they need, and secrets in programs. */

import type { SearchData } from '../../../flow/rules.ts';
import type { CodeRule } from '../code-rule.ts';

/** A file that is deleted next. */
const DELETED = /\b(?:unlink|unlinkSync|rmtree|rmSync|os\.remove|rmdir)\(/u;

/**
 * Python can only read the mask by setting it, so that the next statement restores it. Or what is
 * made before it is restored has a mode of its own.
 */
const RESTORED_MASK =
  /\b(\w{1,40}) = (?:\w{1,40}\.)?umask\(0\)(?:\s{0,80}|[\s\S]{0,400}\b(?:os\.open\([^\n]{1,200},[^\n]{1,200},|(?:mkdir|makedirs|mkfifo|mknod)\([^\n]{1,200},)[\s\S]{0,400})\b(?:\w{1,40}\.)?umask\(\1\)|\b(\w{1,40}) = (?:\w{1,40}\.)?umask\(0\)(?:(?!open\(|mkdir|makedirs|mkfifo|mknod|bind|Server|write)[\s\S]){1,200}\b(?:\w{1,40}\.)?umask\(\2\)|\breturn (?:\w{1,40}\.)?umask\(|\bself\.\w{1,40}\s?=\s?(?:\w{1,40}\.)?umask\(0\)/u;

/** The name is that of a pipe of Windows, which is no file. */
const NAMED_PIPE = /\bCreateNamedPipe\b|\\pipe\\/u;

/**
 * The account of FTP that has no password, or an encrypted connection that the same function tries
 * first.
 */
const ANONYMOUS = /\banonymous\b|\bFTP_TLS\b/iu;

/** The file has no encrypted form of the same protocol that its user can choose, and no account. */
const NO_CHOICE =
  /^(?![\s\S]*(?:anonymous|FTP_TLS|IMAP4_SSL|POP3_SSL|starttls|\bstls\(|(?:use|no)_?(?:ssl|tls)))/iu;

/** The same, and the password is one of the settings or is asked for. */
const OWN_ACCOUNT = new RegExp(
  `${NO_CHOICE.source}(?=[\\s\\S]*(?:environ|getpass\\(|settings))`,
  'iu',
);

/** What becomes a directory, which is not made if there is something. */
const MADE_DIRECTORY = /\b(?:mkdir|makedirs)\s?\(|^test_|\ndef test_/u;

/** Names of data that other sites must not have. */
const CONFIDENTIAL =
  /token|secret|passw|credential|session|auth|api_?key|cookie(?!s)|jwt|config|settings|profile|account|(?<![a-z])(?:user|email|code|key|password|payment|card)(?![a-z])/u;

/** A text that says itself that it protects nothing. */
const REAL_SECRET =
  /^(?=[\s\S]*\S)(?!(?:[A-Z]+_){1,5}[A-Z]+$)(?!.*(?:\b|_)(?:fake|dummy|mock|placeholder|unused|ignored|not[-_ ]?used|not?[-_ ]?a?[-_ ]?secrets?)(?:\b|_))/iu;

/** The secret is a field of an object, whose text is the one before another is set. */
const SET_LATER = /\bsecret\s{0,9}:\s{0,9}this\./u;

/** The key is named like a secret or written in the call; the keys of formats are public. */
const OWN_KEY = /secret|passw|token|session|cookie|environ|settings|config/u;

/** The rules. */
export const PROGRAM_RULES: readonly CodeRule[] = [
  {
    name: 'clear-text-protocol',
    title: 'a protocol that sends passwords without encryption',
    severity: 'medium',
    confidence: 'medium',
    cwe: [319],
    why: 'Passwords and data can be read and changed on their way.',
    remedy: 'Use SSH, SFTP or a connection with TLS.',
    python: {
      search: [
        // Without a password, everybody may read what is sent.
        ...['telnetlib.Telnet', 'ftplib.FTP', 'imaplib.IMAP4', 'poplib.POP3'].map((name) => ({
          pattern: `${name}(...)`,
          confidence: 'low' as const,
        })),
        // A password of the program itself; tools with lists of accounts try what others use.
        { pattern: 'telnetlib.Telnet(...)', file: OWN_ACCOUNT },
        ...[
          'ftplib.FTP($HOST, $USER, $PASSWORD, ...)',
          'ftplib.FTP(..., passwd=$PASSWORD)',
          'ftplib.FTP().login($USER, $PASSWORD, ...)',
          'ftplib.FTP().login(..., passwd=$PASSWORD)',
        ].flatMap((pattern) => [
          { pattern, unless: ANONYMOUS, file: OWN_ACCOUNT },
          { pattern, unless: ANONYMOUS, confidence: 'low' as const },
        ]),
        { pattern: 'imaplib.IMAP4().login(...)', file: NO_CHOICE },
        { pattern: 'poplib.POP3().pass_(...)', file: NO_CHOICE },
      ],
    },
    javascript: {
      search: [
        ...['ftp()', 'telnet-client()', 'telnet-client.Telnet()'].map((pattern) => ({
          pattern,
          confidence: 'low' as const,
        })),
        ...['ftp()', 'telnet-client()', 'telnet-client.Telnet()'].map(
          (made) => `${made}.connect({ password: $PASSWORD }, ...)`,
        ),
      ],
    },
    example: 'py',
    failing:
      "import ftplib\nimport os\n\nserver = ftplib.FTP('files.example', 'shop', os.environ['PASSWORD'])\n",
    passing:
      "import ftplib\nimport os\n\nserver = ftplib.FTP_TLS('files.example', 'shop', os.environ['PASSWORD'])\n",
  },
  {
    name: 'predictable-temporary-file',
    title: 'a temporary file with a predictable name',
    severity: 'medium',
    confidence: 'high',
    cwe: [377],
    why: 'Another user of the system can make the file or a link first.',
    remedy: 'Use tempfile.NamedTemporaryFile or fs.mkdtemp.',
    python: {
      search: [
        // A directory of its own keeps others out.
        {
          pattern: 'tempfile.mktemp(...)',
          not: ['tempfile.mktemp(..., dir=$DIR)', 'tempfile.mktemp($SUFFIX, $PREFIX, $DIR)'],
          unless: new RegExp(`${NAMED_PIPE.source}|${MADE_DIRECTORY.source}`, 'u'),
        },
        { pattern: 'tempfile.mktemp(...)', confidence: 'low' },
        // Python 3 has no such functions.
        { pattern: 'os.tempnam(...)', confidence: 'low' },
        { pattern: 'os.tmpnam(...)', confidence: 'low' },
        {
          pattern: 'open($PATH, $MODE, ...)',
          where: { PATH: /^\/(?:tmp|var\/tmp)\//u, MODE: /^[wax]/u },
          file: /tmp/u,
          confidence: 'medium',
        },
      ],
    },
    javascript: {
      search: ['writeFile', 'writeFileSync', 'createWriteStream', 'appendFileSync'].map((name) => ({
        pattern: `fs.${name}($PATH, ...)`,
        where: { PATH: /^\/(?:tmp|var\/tmp)\/(?:[^\0]|\0)/u },
        not: [
          `fs.${name}($PATH, $DATA, { flag: "wx" }, ...)`,
          `fs.${name}($PATH, { flags: "wx" }, ...)`,
        ],
        // Part of the name may be random.
        file: /^(?=[\s\S]*tmp)(?![\s\S]*(?:random|uuid|nanoid|mkdtemp|\buid\())/iu,
        confidence: 'medium' as const,
      })),
    },
    example: 'py',
    failing: 'import tempfile\n\nname = tempfile.mktemp()\n',
    passing: 'import tempfile\n\nfile = tempfile.NamedTemporaryFile()\n',
  },
  {
    name: 'permissive-file-mode',
    title: 'a file that everybody may write',
    severity: 'medium',
    confidence: 'high',
    cwe: [732],
    why: 'Every user and every program of the system can change the file.',
    remedy: 'Give rights to the owner alone, as in 0o600.',
    python: {
      search: [
        {
          pattern: 'os.chmod($PATH, $MODE, ...)',
          where: { MODE: /^(?:511|438|510|439|502|18|146)$/u },
          // Or it is meant to be public.
          unless: new RegExp(`${DELETED.source}|^\\w*public`, 'iu'),
        },
        { pattern: 'os.umask($MODE)', where: { MODE: /^0$/u }, unless: RESTORED_MASK },
        'os.chmod($PATH, stat.S_IWOTH)',
      ],
    },
    javascript: {
      search: ['chmod', 'chmodSync'].flatMap((name) => [
        {
          pattern: `fs.${name}($PATH, $MODE, ...)`,
          where: { MODE: /^(?:511|438|510|439|502|0?777|0?666)$/u },
          unless: DELETED,
        },
      ]),
    },
    example: 'py',
    failing: "import os\n\nos.chmod('/srv/settings.ini', 0o777)\n",
    passing: "import os\n\nos.chmod('/srv/settings.ini', 0o600)\n",
  },
  {
    name: 'shell-with-variable',
    title: 'a shell runs a command that is put together',
    severity: 'low',
    confidence: 'low',
    cwe: [78],
    why: 'Where the parts come from cannot be seen here: if one is untrusted, it starts other programs.',
    remedy: 'Start the program without a shell, with its arguments as a list.',
    python: {
      search: ['run', 'call', 'check_call', 'check_output', 'Popen']
        .map((name) => ({
          pattern: `subprocess.${name}($COMMAND, ..., shell=True)`,
          not: [`subprocess.${name}("...", ..., shell=True)`],
        }))
        .concat([{ pattern: 'os.system($COMMAND)', not: ['os.system("...")'] }]),
    },
    javascript: {
      search: ['exec', 'execSync'].map((name) => ({
        pattern: `child_process.${name}($COMMAND, ...)`,
        not: [`child_process.${name}("...", ...)`],
      })),
    },
    example: 'py',
    failing:
      "import subprocess\n\n\ndef build(target):\n    subprocess.run(f'make {target}', shell=True, check=True)\n",
    passing:
      "import subprocess\n\n\ndef build(target):\n    subprocess.run(['make', target], check=True)\n",
  },
  {
    name: 'desktop-isolation',
    title: 'pages of a desktop application can use Node.js',
    severity: 'high',
    confidence: 'high',
    cwe: [1188],
    why: 'A script in a page runs with all rights of the user.',
    remedy: 'Keep contextIsolation on and nodeIntegration off.',
    javascript: {
      search: [
        'nodeIntegration: true',
        'contextIsolation: false',
        'webSecurity: false',
        'allowRunningInsecureContent: true',
      ].map((one) => `electron.BrowserWindow({ webPreferences: { ${one} } })`),
    },
    example: 'js',
    failing:
      "const { BrowserWindow } = require('electron');\nconst page = new BrowserWindow({ webPreferences: { nodeIntegration: true } });\n",
    passing:
      "const { BrowserWindow } = require('electron');\nconst page = new BrowserWindow({ webPreferences: { contextIsolation: true } });\n",
  },
  {
    name: 'message-to-any-window',
    title: 'a message is sent to a window of any site',
    severity: 'medium',
    confidence: 'medium',
    cwe: [346],
    why: 'The window may have been led to another site, which then reads the message.',
    remedy: 'Name the origin of the window.',
    javascript: {
      search: [
        {
          pattern: '$WINDOW.postMessage($DATA, "*", ...)',
          // A page that sends itself a message tells nobody else.
          near: /parent|opener|\btop\b|contentwindow|frame|popup|source|child|\bwin(?:dow)?s?\[/iu,
          // A fixed word is no secret.
          not: ['$WINDOW.postMessage("...", "*", ...)'],
          confidence: 'low',
        },
        {
          pattern: '$WINDOW.postMessage($DATA, "*", ...)',
          near: /parent|opener|\btop\b|contentwindow|frame|popup|source|child|\bwin(?:dow)?s?\[/iu,
          not: ['$WINDOW.postMessage("...", "*", ...)'],
          data: CONFIDENTIAL,
        },
      ],
    },
    example: 'js',
    failing: "window.parent.postMessage({ token: sessionStorage.getItem('token') }, '*');\n",
    passing:
      "window.parent.postMessage(\n  { token: sessionStorage.getItem('token') },\n  'https://app.example',\n);\n",
  },
  {
    name: 'uninitialized-buffer',
    title: 'a buffer with old content of the memory',
    severity: 'low',
    confidence: 'low',
    cwe: [665],
    kind: 'nosql',
    why: 'With a number, new Buffer returns memory that held other data.',
    remedy: 'Use Buffer.from or Buffer.alloc.',
    javascript: {
      search: ['new Buffer($X, ...)'],
      // A number in a body of JSON is as good as a text.
      // With an encoding, a number is refused.
      sinks: [{ pattern: 'new Buffer($SINK)', confidence: 'medium' }],
    },
    example: 'js',
    failing: 'exports.copy = (input) => new Buffer(input);\n',
    passing: 'exports.copy = (input) => Buffer.from(input);\n',
  },
  {
    name: 'hard-coded-secret',
    title: 'a password or key is written in the program',
    severity: 'high',
    confidence: 'medium',
    cwe: [798],
    why: 'Everybody who can read the program knows the secret, and it is the same everywhere.',
    remedy: 'Read it from the environment or from a store of secrets, and replace it.',
    javascript: {
      search: [
        ...[
          'jsonwebtoken.sign($DATA, $TEXT, ...)',
          'jsonwebtoken.verify($TOKEN, $TEXT, ...)',
          'express-session({ secret: $TEXT })',
          'cookie-session({ secret: $TEXT })',
        ].map((pattern) => ({ pattern, where: { TEXT: REAL_SECRET }, unless: SET_LATER })),
        ...['createHmac', 'createCipheriv', 'createDecipheriv'].flatMap(
          (name): readonly SearchData[] => [
            {
              pattern: `crypto.${name}($NAME, $TEXT, ...)`,
              where: { TEXT: REAL_SECRET },
              data: OWN_KEY,
            },
            {
              pattern: `crypto.${name}($NAME, $TEXT, ...)`,
              where: { TEXT: REAL_SECRET },
              confidence: 'low',
            },
          ],
        ),
        ...[
          'pg.Pool',
          'pg.Client',
          'postgres',
          'sequelize.Sequelize',
          'sequelize',
          'typeorm.DataSource',
          'typeorm.createConnection',
          'mysql2/promise.createConnection',
          'mysql2/promise.createPool',
          'mariadb.createPool',
          'mariadb.createConnection',
          'mssql.connect',
          'mssql.ConnectionPool',
          'ioredis',
          'ioredis.Redis',
          'redis.createClient',
          'ssh2.Client().connect',
          'mysql.createConnection',
          'mysql2.createConnection',
          'mysql.createPool',
          'mysql2.createPool',
        ].map((name) => ({
          pattern: `${name}({ password: $TEXT }, ...)`,
          where: { TEXT: REAL_SECRET },
        })),
        ...['sequelize.Sequelize', 'sequelize'].flatMap((name) =>
          ['$TEXT', '$TEXT, $OPTIONS'].map((rest) => ({
            pattern: `${name}($DATABASE, $USER, ${rest})`,
            where: { TEXT: REAL_SECRET },
          })),
        ),
        ...[
          'knex({ connection: { password: $TEXT } })',
          'nodemailer.createTransport({ auth: { pass: $TEXT } }, ...)',
        ].map((pattern) => ({ pattern, where: { TEXT: REAL_SECRET } })),
      ],
    },
    python: {
      search: [
        ...['jwt.encode($DATA, $TEXT, ...)', 'jwt.decode($TOKEN, $TEXT, ...)'].map((pattern) => ({
          pattern,
          where: { TEXT: REAL_SECRET },
        })),
        { pattern: '$APP.secret_key = $TEXT', where: { TEXT: REAL_SECRET } },
        { pattern: '$APP.config.SECRET_KEY = $TEXT', where: { TEXT: REAL_SECRET } },
        { pattern: 'SECRET_KEY = $TEXT', where: { TEXT: REAL_SECRET } },
        ...[
          'psycopg2.connect',
          'pymysql.connect',
          'mysql.connector.connect',
          'MySQLdb.connect',
          'psycopg.connect',
        ].map((name) => ({
          pattern: `${name}(..., password=$TEXT)`,
          where: { TEXT: REAL_SECRET },
          // The name and the password are the same: an account for everybody.
          unless: /\buser\s?=\s?(['"])([\w-]{1,80})\1,\s{0,40}password\s?=\s?\1\2\1/u,
        })),
        ...['smtplib.SMTP().login', 'ftplib.FTP().login'].map((name) => ({
          pattern: `${name}($USER, $TEXT, ...)`,
          where: { TEXT: REAL_SECRET },
        })),
      ],
    },
    example: 'js',
    failing:
      "const jwt = require('jsonwebtoken');\nexports.token = (user) => jwt.sign({ user }, 'a fixed secret');\n",
    passing:
      "const jwt = require('jsonwebtoken');\nexports.token = (user) => jwt.sign({ user }, process.env.SECRET);\n",
  },
];
