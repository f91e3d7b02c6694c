/**
 * Makers of secrets for the rows of the table that no documented maker covers, from the shapes of
 * the rows.
 */

import { SECRET_FORMATS } from '../../../src/rules/detect/secret/formats/list.ts';
import type { SecretFormat } from '../../../src/rules/detect/secret/secret-format.ts';
import { base62, crc32 } from './checksums.ts';
import { DOCUMENTED_FORMATS, type DocumentedFormat } from './documented-formats.ts';
import type { Random } from './random-text.ts';

const RANGE = /\{(?<name>\w+):(?<min>\d+)-(?<max>\d+)\}/gu;
const ANY_HEX = /\{anyhex:/gu;

/** Returns a random value of a shape. */
export function valueOf(shape: string, random: Random): string {
  const fixed = shape
    .replace(RANGE, (_, name: string, min: string, max: string) => {
      const length = Number(min) + random.integer(Number(max) - Number(min) + 1);
      return `{${name}:${length}}`;
    })
    .replace(ANY_HEX, '{hex:')
    .replace(/\{(?:dot|tilde):/gu, '{url:');
  return random.fill(fixed);
}

/** Names of settings whose patterns do not show one. */
const NAMES: Readonly<Record<string, string>> = {
  'alibaba-secret-key': 'ALIYUN_ACCESS_KEY_SECRET',
  'messagebird-token': 'MESSAGEBIRD_ACCESS_KEY',
  'gocardless-token': 'GOCARDLESS_TOKEN',
  'clickup-token': 'CLICKUP_TOKEN',
  'linkedin-client-secret': 'LINKEDIN_CLIENT_SECRET',
  'npm-uuid-token': '_authToken',
  'kubernetes-bootstrap-token': 'BOOTSTRAP_TOKEN',
  'pagerduty-api-key': 'PAGERDUTY_API_KEY',
  'confluent-secret': 'CONFLUENT_API_SECRET',
  'discord-bot-token': 'DISCORD_BOT_TOKEN',
  'dropbox-app-secret': 'DROPBOX_APP_SECRET',
  'hubspot-api-key': 'HUBSPOT_API_KEY',
};

/** What a name ends in that announces a secret. */
const ANNOUNCES = /key|token|secret|auth|password/iu;

function nameOf({ id, names }: SecretFormat): string {
  const known = NAMES[id];
  if (known !== undefined) return known;
  if (names === undefined) return 'SERVICE_VALUE';
  const [first = ''] = names.source.replaceAll('(?:^|_)', '').split('|');
  const plain = first.replace(/[$?()^:\\.]/gu, '');
  return ANNOUNCES.test(plain) ? plain : `${plain.toUpperCase()}_API_KEY`;
}

function valueOfFormat(format: SecretFormat, random: Random): string {
  const { shape, check } = format;
  const one = typeof shape === 'string' ? shape : random.pick(shape);
  const value = valueOf(one, random);
  if (check !== 'github') return value;
  const body = value.slice(value.indexOf('_') + 1, -6);
  return value.slice(0, -6) + base62(crc32(Buffer.from(body)), 6);
}

/** The rows of the table that have no documented maker. */
export const TABLE_FORMATS: readonly DocumentedFormat[] = SECRET_FORMATS.filter(({ id }) =>
  DOCUMENTED_FORMATS.every((documented) => documented.id !== id),
).map((format) => ({
  id: format.id,
  source: format.source,
  name: nameOf(format),
  make: (random) => valueOfFormat(format, random),
}));
