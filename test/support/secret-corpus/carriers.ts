/**
 * Files that carry a secret, as people leave them: in code, in settings, in a notebook, in a
 * history, encoded, in a program.
 */

import type { Random } from './random-text.ts';

/** A file of the corpus. */
export interface CorpusFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** What a carrier is made of. */
export interface Carried {
  /** The name of a variable or setting. */
  readonly name: string;
  readonly secret: string;
  readonly random: Random;
}

/** Makes a file that carries a secret. */
export type Carrier = (carried: Carried) => CorpusFile;

const text = (path: string, content: string): CorpusFile => ({ path, bytes: Buffer.from(content) });

const camel = (name: string): string =>
  name.toLowerCase().replace(/[_-](?<letter>\w)/gu, (_, letter: string) => letter.toUpperCase());

/** Lines around a secret that are none. */
const PROSE = [
  '# settings of the service',
  'port = 8080',
  'timeout = 30s',
  'region = eu-central-1',
];

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Carriers of a value on one line, by name. */
export const LINE_CARRIERS: Readonly<Record<string, Carrier>> = {
  javascript: ({ name, secret }) =>
    text(
      'src/client.js',
      `import { connect } from './net.js';\n\nconst ${camel(name)} = '${secret}';\nexport const client = connect({ retries: 3, key: ${camel(name)} });\n`,
    ),
  python: ({ name, secret }) =>
    text(
      'app/settings.py',
      `import os\n\nDEBUG = False\n${name.replaceAll('-', '_')} = "${secret}"\n`,
    ),
  go: ({ name, secret }) =>
    text(
      'cmd/main.go',
      `package main\n\nfunc main() {\n\t${camel(name)} := "${secret}"\n\trun(${camel(name)})\n}\n`,
    ),
  java: ({ name, secret }) =>
    text(
      'src/main/java/Client.java',
      `class Client {\n  private static final String ${name.replaceAll('-', '_').toUpperCase()} = "${secret}";\n}\n`,
    ),
  env: ({ name, secret }) => text('.env', `PORT=8080\n${name}=${secret}\nDEBUG=0\n`),
  shell: ({ name, secret }) =>
    text(
      'deploy.sh',
      `#!/bin/sh\nset -eu\nexport ${name.replaceAll('-', '_')}="${secret}"\n./deploy --region eu\n`,
    ),
  yaml: ({ name, secret }) =>
    text('config/production.yaml', `service:\n  replicas: 2\n  ${name}: ${secret}\n  region: eu\n`),
  json: ({ name, secret }) =>
    text('config.json', json({ port: 8080, [name]: secret, region: 'eu' })),
  toml: ({ name, secret }) =>
    text('config.toml', `[service]\nport = 8080\n${name} = "${secret}"\n`),
  properties: ({ name, secret }) =>
    text(
      'application.properties',
      `${PROSE.join('\n')}\n${name.toLowerCase().replaceAll('_', '.')}=${secret}\n`,
    ),
  notebook: ({ name, secret }) =>
    text(
      'analysis.ipynb',
      json({
        cells: [
          { cell_type: 'markdown', metadata: {}, source: ['# Prices\n'] },
          {
            ...{ cell_type: 'code', execution_count: 3, metadata: {}, outputs: [] },
            source: ['import requests\n', `${name} = "${secret}"\n`, 'print(len(rows))\n'],
          },
        ],
        ...{ metadata: {}, nbformat: 4, nbformat_minor: 5 },
      }),
    ),
  history: ({ name, secret }) =>
    text(
      '.bash_history',
      `cd /srv/app\nls -la\nexport ${name.replaceAll('-', '_')}=${secret}\nmake deploy\n`,
    ),
  utf16: ({ name, secret }) => ({
    path: 'settings.ini',
    bytes: Buffer.from(`\ufeff[service]\r\nport=8080\r\n${name}=${secret}\r\n`, 'utf16le'),
  }),
  binary: ({ name, secret, random }) => ({
    path: 'bin/agent',
    bytes: Buffer.concat([
      Buffer.from('\u007fELF\u0002\u0001\u0001\0', 'latin1'),
      random.bytes(3000),
      Buffer.from(`\0config.go\0${name}=${secret}\0main.main\0`),
      random.bytes(2000),
    ]),
  }),
  base64: ({ name, secret }) =>
    text(
      'deploy/secret.yaml',
      `apiVersion: v1\nkind: Secret\ndata:\n  settings: ${Buffer.from(`PORT=8080\n${name}=${secret}\nDEBUG=0\n`).toString('base64')}\n`,
    ),
};

/** Carriers of a block of lines, by name. */
export const BLOCK_CARRIERS: Readonly<Record<string, Carrier>> = {
  file: ({ secret }) => text('id_service', secret),
  python: ({ name, secret }) => text('app/keys.py', `${name} = """${secret}"""\n`),
  yaml: ({ name, secret }) =>
    text(
      'values.yaml',
      `tls:\n  ${name}: |\n${secret.trimEnd().replace(/^/gmu, '    ')}\n  port: 443\n`,
    ),
  json: ({ name, secret }) => text('credentials.json', json({ [name]: secret, port: 443 })),
  env: ({ name, secret }) =>
    text('.env', `PORT=1\n${name}="${secret.trimEnd().replaceAll('\n', String.raw`\n`)}"\n`),
  utf16: ({ secret }) => ({ path: 'key.txt', bytes: Buffer.from(`\ufeff${secret}`, 'utf16le') }),
  binary: ({ secret, random }) => ({
    path: 'bin/agent',
    bytes: Buffer.concat([
      Buffer.from('\u007fELF\0', 'latin1'),
      random.bytes(3000),
      Buffer.from(`\0${secret}\0`),
      random.bytes(900),
    ]),
  }),
  base64: ({ name, secret }) =>
    text(
      'kubeconfig',
      `users:\n- user:\n    ${name.toLowerCase()}-data: ${Buffer.from(secret).toString('base64')}\n`,
    ),
};
