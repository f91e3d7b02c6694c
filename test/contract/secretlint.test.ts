/**
 * The table of formats beside the recommended preset of secretlint: whatever kind the preset
 * reports, Assay reports too. Each example is made here. A kind that a new version of the preset
 * adds is noticed.
 */

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { base62, crc32 } from '../support/secret-corpus/checksums.ts';
import { foundSecrets } from '../support/secret-corpus/found-secrets.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';

/**
 * Kinds that are none: a number that AWS calls no secret, a file under a known password, and a
 * note.
 */
const NO_SECRETS = ['AWSAccountID', 'PrivateKeyP12', 'IGNORE_MESSAGE'];

const random = randomOf(31);

function withChecksum(prefix: string): string {
  const body = random.fill('{an:30}');
  return `${prefix}_${body}${base62(crc32(Buffer.from(body)), 6)}`;
}

function grafanaToken(): string {
  const body = random.fill('{an:32}');
  return `glsa_${body}_${crc32(Buffer.from(body)).toString(16).padStart(8, '0')}`;
}

function onePasswordToken(): string {
  const key = { email: 'a@b.example', muk: random.fill('{url:43}'), x: random.fill('{an:400}') };
  return `ops_${Buffer.from(JSON.stringify(key)).toString('base64url')}`;
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ACCOUNT = {
  ...{ type: 'service_account', project_id: 'p-1', private_key_id: random.fill('{hex:40}') },
  ...{ private_key: PEM, client_email: 'a@p-1.iam.gserviceaccount.com' },
};

const quoted = (template: string): string => `const key = '${random.fill(template)}';\n`;

/** By the id of the message, what a file contains that the preset reports under it. */
const EXAMPLES: readonly (readonly [id: string, path: string, text: string])[] = [
  ['AWSSecretAccessKey', 'a.env', `AWS_SECRET_ACCESS_KEY=${random.fill('{b64:40}')}\n`],
  ['AWSAccessKeyID', 'a.js', `const id = '${random.fill('AKIA{b32:16}')}';\n`],
  ['PrivateKeyJSON', 'account.json', JSON.stringify(ACCOUNT, undefined, 2)],
  ['PrivateKey', 'key.pem', PEM],
  [
    'PackageJSON_xOauthToken',
    'package.json',
    `{"dependencies":{"a":"git+https://${random.fill('{hex:40}')}:x-oauth-basic@github.com/a/b.git"}}`,
  ],
  ['Npmrc_authToken', '.npmrc', `//r.example.net/:_authToken=${random.fill('{uuid}')}\n`],
  ['NPM_ACCESS_TOKEN', 'a.js', `const key = '${withChecksum('npm')}';\n`],
  ['BasicAuth', 'a.txt', `see https://bob:${random.fill('{an:14}')}@intranet.net/x\n`],
  ['SLACK_TOKEN', 'a.js', quoted('xoxb-{d:12}-{d:13}-{an:24}')],
  ['SLACK_TOKEN', 'b.js', quoted('xoxp-{d:12}-{d:12}-{d:12}-{hex:32}')],
  ['SLACK_TOKEN', 'c.js', quoted('xapp-1-A{AN:10}-{d:13}-{hex:64}')],
  ['SLACK_TOKEN', 'd.js', quoted('xoxo-{d:12}-{d:12}-{an:24}')],
  ['SLACK_TOKEN', 'e.js', quoted('xoxa-{d:12}-{d:12}-{d:12}-{hex:32}')],
  ['IncomingWebhook', 'a.js', quoted('https://hooks.slack.com/services/T{AN:8}/B{AN:8}/{an:24}')],
  ['SENDGRID_KEY', 'a.js', quoted('SG.{url:22}.{url:43}')],
  ...['shpat', 'shpca', 'shppa', 'shpss'].map(
    (prefix) => ['SHOPIFY_KEY', `${prefix}.js`, quoted(`${prefix}_{hex:32}`)] as const,
  ),
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map(
    (prefix) => ['GITHUB_TOKEN', `${prefix}.js`, `x('${withChecksum(prefix)}')`] as const,
  ),
  ['GITHUB_TOKEN', 'a.js', quoted('github_pat_{an:22}_{an:59}')],
  ['GITLAB_PERSONAL_ACCESS_TOKEN', 'a.js', quoted('glpat-{url:20}')],
  [
    'GRAFANA_CLOUD_API_TOKEN',
    'a.js',
    `x('glc_${Buffer.from(JSON.stringify({ o: '1', n: 'n', k: random.fill('{an:24}') })).toString('base64')}')`,
  ],
  ['GRAFANA_SERVICE_ACCOUNT_TOKEN', 'a.js', `x('${grafanaToken()}')`],
  ['OPENAI_TOKEN', 'a.js', quoted('sk-{an:20}T3BlbkFJ{an:20}')],
  ['OPENAI_TOKEN', 'b.js', quoted('sk-proj-{url:74}T3BlbkFJ{url:74}')],
  ['ANTHROPIC_API_KEY', 'a.js', quoted('sk-ant-api03-{url:93}AA')],
  ['GROQ_API_KEY', 'a.js', quoted('gsk_{an:52}')],
  ['HUGGINGFACE_USER_ACCESS_TOKEN', 'a.js', quoted('hf_{a:34}')],
  ['LINEAR_API_TOKEN', 'a.js', quoted('lin_api_{an:40}')],
  ['NOTION_INTEGRATION_TOKEN', 'a.js', quoted('ntn_{d:11}{an:35}')],
  ['OPS_TOKEN', 'a.js', `x('${onePasswordToken()}')`],
  ['MongoDBConnection', 'a.js', quoted('mongodb+srv://bob:{an:14}@c.intranet.net/db')],
  ['MySQLConnection', 'a.js', quoted('mysql://bob:{an:14}@h.intranet.net:3306/db')],
  ['PostgreSQLConnection', 'a.js', quoted('postgresql://bob:{an:14}@h.intranet.net/db')],
  ['HASHICORP_VAULT_SERVICE_TOKEN', 'a.js', quoted('hvs.{url:95}')],
  ['HASHICORP_VAULT_BATCH_TOKEN', 'a.js', quoted('hvb.{url:160}')],
  ['HASHICORP_VAULT_RECOVERY_TOKEN', 'a.js', quoted('hvr.{url:95}')],
  ['VERCEL_PERSONAL_ACCESS_TOKEN', 'a.js', quoted('vcp_{an:56}')],
  ['VERCEL_INTEGRATION_TOKEN', 'a.js', quoted('vci_{an:56}')],
  ['VERCEL_APP_ACCESS_TOKEN', 'a.js', quoted('vca_{an:56}')],
  ['VERCEL_APP_REFRESH_TOKEN', 'a.js', quoted('vcr_{an:56}')],
  ['VERCEL_AI_GATEWAY_API_KEY', 'a.js', quoted('vck_{an:56}')],
  ['DATABRICKS_PERSONAL_ACCESS_TOKEN', 'a.js', quoted('dapi{hex:32}')],
  ['DOCKER_PERSONAL_ACCESS_TOKEN', 'a.js', quoted('dckr_pat_{url:27}')],
  ['FIGMA_PERSONAL_ACCESS_TOKEN', 'a.js', quoted('figd_{url:40}')],
];

async function bySecretlint(path: string, content: string): Promise<readonly string[]> {
  const { messages } = await lintSource({
    source: { filePath: `/${path}`, content, contentType: 'text' },
    options: { config: { rules: [{ id: 'preset', rule: creator }] }, noPhysicFilePath: true },
  });
  return messages.flatMap(({ messageId = '' }) => messageId);
}

describe('the kinds of the preset of secretlint', () => {
  it('are all known here', () => {
    const kinds = creator.rules.flatMap(({ messages }) => Object.keys(messages));
    const known = new Set([...EXAMPLES.map(([id]) => id), ...NO_SECRETS]);
    expect(kinds.filter((id) => !known.has(id))).toEqual([]);
    expect([...known].filter((id) => !kinds.includes(id))).toEqual([]);
  });

  it.each(EXAMPLES)('are found: %s in %s', (_id, path, text) => {
    expect(foundSecrets(path, Buffer.from(text)).length).toBeGreaterThan(0);
  });

  it('have examples that the preset reports', async () => {
    const reported = new Set<string>();
    for (const [, path, text] of EXAMPLES) {
      for (const id of await bySecretlint(path, text)) reported.add(id);
    }
    const silent = new Set(EXAMPLES.map(([id]) => id).filter((id) => !reported.has(id)));
    // The preset wants other surroundings of these, or other lengths.
    expect([...silent].sort()).toEqual(['AWSAccessKeyID', 'OPS_TOKEN', 'PrivateKeyJSON']);
  });
});
