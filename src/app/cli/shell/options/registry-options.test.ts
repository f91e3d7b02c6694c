import { describe, expect, it } from 'vitest';

import { readRegistryOptions } from './registry-options.ts';
import { flagValues, type Settings } from '../../../config/settings.ts';

/** Flags as they are typed. */
function given(values: Readonly<Record<string, string>>): Settings {
  return new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { values: [value], from: 'flag' as const, where: `--${name}` },
    ]),
  );
}

describe('credentials that do not fit each other', () => {
  it.each<[Readonly<Record<string, string>>, string]>([
    [
      { 'registry-token': 't', password: 'p' },
      '--registry-token and --password exclude each other',
    ],
    [
      { 'registry-token': 't', username: 'u' },
      '--registry-token and --username exclude each other',
    ],
    [
      { 'registry-token': 't', username: 'u', password: 'p' },
      '--registry-token and --username exclude each other',
    ],
    [{ password: 'p' }, 'a password is given and no user'],
    [{ username: 'u' }, '--username is given and no password'],
  ])('are named: %j', async (values, message) => {
    const session = { flags: flagValues(given(values)), io: { env: {} } as never };
    await expect(readRegistryOptions(session)).rejects.toThrow(message);
  });
});
