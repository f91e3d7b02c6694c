/** Weak cryptography. */

import type { CodeRule } from '../code-rule.ts';
import { FROM_ISSUER, OWN_FORMAT } from './cryptography-evidence.ts';
import {
  forAccess,
  forSecurity,
  randomSecrets,
  UNVERIFIED,
  WEAK_HASHES,
  withOwnKeys,
} from './cryptography-patterns.ts';

/** The rules. */
export const CRYPTOGRAPHY_RULES: readonly CodeRule[] = [
  {
    name: 'weak-hash',
    title: 'a broken hash function',
    severity: 'medium',
    confidence: 'low',
    cwe: [328],
    why: 'Two texts with the same MD5 or SHA-1 can be made, so that one passes for the other.',
    remedy: 'Use SHA-256. For passwords, use bcrypt, scrypt or Argon2.',
    javascript: { search: forSecurity(WEAK_HASHES.javascript) },
    python: { search: forSecurity(WEAK_HASHES.python) },
    example: 'py',
    failing: 'import hashlib\n\n\ndef sign(text):\n    return hashlib.md5(text).hexdigest()\n',
    passing: 'import hashlib\n\n\ndef sign(text):\n    return hashlib.sha256(text).hexdigest()\n',
  },
  {
    name: 'weak-cipher',
    title: 'a broken cipher',
    severity: 'high',
    confidence: 'high',
    cwe: [327],
    why: 'DES, RC4, RC2 and Blowfish can be broken with the means of today.',
    remedy: 'Use AES-256-GCM or ChaCha20-Poly1305.',
    javascript: {
      search: withOwnKeys(1, [
        ...['createCipheriv', 'createDecipheriv', 'createCipher'].map((name) => ({
          pattern: `crypto.${name}($NAME, ...)`,
          where: { NAME: /^(?:des|rc4|rc2|bf|blowfish|des-|des3|seed|idea|cast)/iu },
        })),
        ...['DES', 'TripleDES', 'RC4', 'Rabbit'].map((name) => `crypto-js.${name}.encrypt(...)`),
      ]),
    },
    python: {
      search: withOwnKeys(0, [
        ...['DES', 'DES3', 'ARC2', 'ARC4', 'Blowfish', 'CAST', 'XOR'].flatMap((name) => [
          `Crypto.Cipher.${name}.new(...)`,
          `Cryptodome.Cipher.${name}.new(...)`,
        ]),
        ...['ARC4', 'Blowfish', 'IDEA', 'CAST5', 'SEED', 'TripleDES'].map(
          (name) => `cryptography.hazmat.primitives.ciphers.algorithms.${name}(...)`,
        ),
      ]),
    },
    example: 'py',
    failing:
      "import os\nfrom Crypto.Cipher import DES\n\nKEY = os.environ['KEY'].encode()\n\n\ndef cipher(vector):\n    return DES.new(KEY, DES.MODE_CBC, vector)\n",
    passing:
      "import os\nfrom Crypto.Cipher import AES\n\nKEY = os.environ['KEY'].encode()\n\n\ndef cipher():\n    return AES.new(KEY, AES.MODE_GCM)\n",
  },
  {
    name: 'weak-cipher-mode',
    title: 'a cipher in the mode ECB, or without an initialization vector',
    severity: 'high',
    confidence: 'high',
    cwe: [327],
    why: 'Equal blocks of the text give equal blocks of the result, which shows its structure.',
    remedy: 'Use the mode GCM with a random vector.',
    javascript: {
      search: withOwnKeys(1, [
        ...['createCipheriv', 'createDecipheriv'].map((name) => ({
          pattern: `crypto.${name}($NAME, ...)`,
          where: { NAME: /-ecb$/iu },
        })),
        'crypto.createCipher(...)',
        'crypto.createDecipher(...)',
        'crypto-js.AES.encrypt($TEXT, $KEY, { mode: crypto-js.mode.ECB })',
      ]),
    },
    python: {
      search: withOwnKeys(0, [
        'Crypto.Cipher.AES.new($KEY, Crypto.Cipher.AES.MODE_ECB, ...)',
        'Cryptodome.Cipher.AES.new($KEY, Cryptodome.Cipher.AES.MODE_ECB, ...)',
        'cryptography.hazmat.primitives.ciphers.modes.ECB()',
      ]),
    },
    example: 'js',
    failing:
      "const crypto = require('crypto');\nexports.cipher = () => crypto.createCipheriv('aes-256-ecb', process.env.KEY, null);\n",
    passing:
      "const crypto = require('crypto');\nexports.cipher = () =>\n  crypto.createCipheriv('aes-256-gcm', process.env.KEY, crypto.randomBytes(12));\n",
  },
  {
    name: 'fixed-initialization-vector',
    title: 'the initialization vector of a cipher is written in the program',
    severity: 'medium',
    confidence: 'high',
    cwe: [329],
    why: 'Texts that are encrypted with the same vector can be compared with one another.',
    remedy: 'Take a random vector for each text.',
    javascript: {
      search: [
        'crypto.createCipheriv($NAME, $KEY, "...", ...)',
        // A buffer of zeros that nothing fills.
        ...['Buffer.alloc()', 'Uint8Array()'].map((zeros) => ({
          pattern: `crypto.createCipheriv($NAME, $KEY, ${zeros}, ...)`,
          file: /^(?![\s\S]*(?:randomFill|getRandomValues|\.write\w*\(|\.copy\(|\.set\(|\.fill\())/u,
        })),
      ],
    },
    python: {
      search: [
        'Crypto.Cipher.AES.new($KEY, $MODE, "...")',
        'Crypto.Cipher.AES.new($KEY, $MODE, iv="...")',
        'Cryptodome.Cipher.AES.new($KEY, $MODE, iv="...")',
        'cryptography.hazmat.primitives.ciphers.modes.CBC("...")',
        'cryptography.hazmat.primitives.ciphers.modes.GCM("...")',
      ],
    },
    example: 'js',
    failing:
      "const crypto = require('crypto');\nexports.cipher = (key) => crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef');\n",
    passing:
      "const crypto = require('crypto');\nexports.cipher = (key) => crypto.createCipheriv('aes-256-cbc', key, crypto.randomBytes(16));\n",
  },
  {
    name: 'insecure-random',
    title: 'a secret is made of predictable random numbers',
    severity: 'medium',
    confidence: 'medium',
    cwe: [338],
    why: 'The numbers can be calculated from a few others: the secret can be guessed.',
    remedy: 'Use crypto.randomBytes, or the module secrets in Python.',
    javascript: {
      search: randomSecrets('Math.random()'),
    },
    python: {
      search: [
        'random',
        'randint',
        'randrange',
        'choice',
        'choices',
        'getrandbits',
        'sample',
        'uniform',
      ].flatMap((name) => randomSecrets(`random.${name}(...)`)),
    },
    example: 'py',
    failing:
      "import random\n\n\ndef reset_token():\n    return ''.join(random.choice('abcdef0123456789') for _ in range(32))\n",
    passing: 'import secrets\n\n\ndef reset_token():\n    return secrets.token_hex(16)\n',
  },
  {
    name: 'timing-unsafe-comparison',
    title: 'a message authentication code is compared in a time that depends on it',
    severity: 'medium',
    confidence: 'medium',
    cwe: [208],
    why: 'The comparison ends at the first difference: by its time, an attacker finds the code piece by piece.',
    remedy: 'Compare with crypto.timingSafeEqual, or hmac.compare_digest in Python.',
    javascript: {
      search: [
        '$X, crypto.createHmac().update().digest()',
        'crypto.createHmac().update().digest(), $X',
      ].map((sides) => ({
        pattern: `code:compare(${sides})`,
        word: 'createHmac',
        // The digest of a password has a salt, which an attacker does not know.
        unless: /passw/iu,
      })),
    },
    python: {
      search: ['hmac.new()', 'hmac.HMAC()']
        .flatMap((made) => [`${made}.hexdigest()`, `${made}.digest()`])
        .flatMap((code) => [`$X, ${code}`, `${code}, $X`])
        .map((sides) => ({ pattern: `code:compare(${sides})`, word: 'hmac', unless: /passw/iu })),
    },
    example: 'js',
    failing:
      "const crypto = require('crypto');\nexports.isSigned = (key, body, given) =>\n  crypto.createHmac('sha256', key).update(body).digest('hex') === given;\n",
    passing:
      "const crypto = require('crypto');\nexports.isSigned = (key, body, given) =>\n  crypto.timingSafeEqual(crypto.createHmac('sha256', key).update(body).digest(), given);\n",
  },
  {
    name: 'short-key',
    title: 'a key that is too short',
    severity: 'medium',
    confidence: 'high',
    cwe: [326],
    why: 'Keys of RSA below 2,048 bits can be factored.',
    remedy: 'Use 3,072 bits, or Ed25519.',
    javascript: {
      search: ['generateKeyPair', 'generateKeyPairSync'].map((name) => ({
        pattern: `crypto.${name}("rsa", { modulusLength: $BITS }, ...)`,
        where: { BITS: /^(?:\d{1,3}|1\d{3}|20[0-3]\d|204[0-7])$/u },
      })),
    },
    python: {
      search: [
        ...['rsa', 'dsa'].map((name) => ({
          pattern: `cryptography.hazmat.primitives.asymmetric.${name}.generate_private_key(..., key_size=$BITS)`,
          where: { BITS: /^(?:\d{1,3}|1\d{3}|20[0-3]\d|204[0-7])$/u },
        })),
        ...['Crypto', 'Cryptodome'].map((name) => ({
          pattern: `${name}.PublicKey.RSA.generate($BITS, ...)`,
          where: { BITS: /^(?:\d{1,3}|1\d{3}|20[0-3]\d|204[0-7])$/u },
        })),
      ],
    },
    example: 'py',
    failing:
      'from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(public_exponent=65537, key_size=1024)\n',
    passing:
      'from cryptography.hazmat.primitives.asymmetric import rsa\n\nkey = rsa.generate_private_key(public_exponent=65537, key_size=3072)\n',
  },
  {
    name: 'weak-password-hash',
    title: 'too few rounds in the hash of a password',
    severity: 'medium',
    confidence: 'high',
    cwe: [916],
    why: 'With few rounds, all usual passwords are tried within hours.',
    remedy: 'Use at least 10 rounds of bcrypt, or 600,000 of PBKDF2 with SHA-256.',
    javascript: {
      search: [
        ...['bcrypt', 'bcryptjs'].flatMap((library) =>
          ['hash', 'hashSync'].map((name) => ({
            pattern: `${library}.${name}($PASSWORD, $ROUNDS, ...)`,
            where: { ROUNDS: /^\d$/u },
          })),
        ),
        ...['pbkdf2', 'pbkdf2Sync'].map((name) => ({
          pattern: `crypto.${name}($PASSWORD, $SALT, $ROUNDS, ...)`,
          where: { ROUNDS: /^\d{1,5}$/u },
          file: OWN_FORMAT,
        })),
      ],
    },
    python: {
      search: [
        {
          pattern: 'hashlib.pbkdf2_hmac($NAME, $PASSWORD, $SALT, $ROUNDS, ...)',
          where: { ROUNDS: /^\d{1,5}$/u },
          // The format of seeds of wallets has 2,048 rounds.
          unless: /mnemonic|\bbip_?39/iu,
          file: OWN_FORMAT,
        },
        { pattern: 'bcrypt.gensalt(rounds=$ROUNDS)', where: { ROUNDS: /^\d$/u } },
        { pattern: 'bcrypt.gensalt($ROUNDS)', where: { ROUNDS: /^\d$/u } },
      ],
    },
    example: 'js',
    failing:
      "const bcrypt = require('bcrypt');\nexports.hash = (password) => bcrypt.hash(password, 4);\n",
    passing:
      "const bcrypt = require('bcrypt');\nexports.hash = (password) => bcrypt.hash(password, 12);\n",
  },
  {
    name: 'unverified-token',
    title: 'the signature of a JSON Web Token is not verified',
    severity: 'high',
    confidence: 'high',
    cwe: [347],
    why: 'Anybody can write such a token, with any name in it.',
    remedy: 'Verify the token with a fixed list of algorithms.',
    javascript: {
      search: [
        ...['"none", ...', '$A, "none", ...', '$A, $B, "none", ...'].map(
          (list) => `jsonwebtoken.verify($TOKEN, $KEY, { algorithms: [${list}] }, ...)`,
        ),
        'jsonwebtoken.sign($DATA, $KEY, { algorithm: "none" }, ...)',
        // The name of the function says that nothing is verified: what follows is in other files.
        {
          pattern: 'jsonwebtoken.decode(...)',
          // The header says which key verifies the token.
          not: ['jsonwebtoken.decode($TOKEN, { complete: true }, ...)'],
          confidence: 'low',
        },
        { pattern: 'jwt-decode(...)', confidence: 'low' },
        ...forAccess('jwt-simple.decode($TOKEN, $KEY, true, ...)'),
      ],
      sinks: [
        {
          pattern: 'jsonwebtoken.decode($SINK, ...)',
          not: ['jsonwebtoken.decode($TOKEN, { complete: true }, ...)'],
          unless: FROM_ISSUER,
        },
        { pattern: 'jwt-simple.decode($SINK, $KEY, true, ...)', unless: FROM_ISSUER },
      ],
    },
    python: {
      search: [
        ...UNVERIFIED.map((rest) => rest.replace('$FIRST', '...')).flatMap(forAccess),
        'jwt.decode(..., algorithms=["none", ...])',
        'jwt.encode(..., algorithm="none")',
      ],
      sinks: UNVERIFIED.map((rest) => ({
        pattern: rest.replace('$FIRST', '$SINK, ...'),
        unless: FROM_ISSUER,
      })),
    },
    example: 'py',
    failing:
      "import jwt\n\n\ndef user_of(token):\n    return jwt.decode(token, options={'verify_signature': False})['sub']\n",
    passing:
      "import jwt\n\n\ndef user_of(token, key):\n    return jwt.decode(token, key, algorithms=['HS256'])['sub']\n",
  },
];
