/** Java archives behind a launcher. */

import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf } from '../../../../test/support/catalog-file.ts';
import { zip } from '../../../../test/support/zip.ts';
import { quietContext } from '../../../core/base/context.ts';
import { launcher } from './launcher.ts';

const ARCHIVE = zip([
  { name: 'META-INF/maven/g/a/pom.properties', body: 'groupId=g\nartifactId=a\nversion=1.0\n' },
]);

describe('a launcher', () => {
  it.each<[string, Buffer, number]>([
    ['a script', Buffer.from('#!/bin/bash\nexec java -jar "$0"\n'), 1],
    ['a program of Windows', Buffer.from('MZ\0\0'), 1],
    ['nothing', Buffer.alloc(0), 1],
    ['a text', Buffer.from('text\n'), 0],
  ])('%s in front of an archive', async (_name, head, count) => {
    const file = catalogFile('/app', Buffer.concat([head, ARCHIVE]));
    const result = await launcher.read(file, { get: () => undefined }, quietContext());
    expect(namesOf(result)).toHaveLength(count);
  });
});
