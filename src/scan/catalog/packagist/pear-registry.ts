/**
 * Packages that `pear` and `pecl` installed: `.registry/NAME.reg`, and
 * `.registry/.channel.CHANNEL/NAME.reg`.
 *
 * Source: the PEAR manual, "package.xml 2.0", of which the file is a serialized copy: `name`,
 * `channel`, and `release` of `version`; files of before have the version itself there, or below
 * `release`. Packages of the channel `pear.php.net` are on Packagist as `pear/NAME`, and advisories
 * name them so. Refused: what PHP does not write, and a record without a name.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readPhpSerialized, type PhpValue } from './php-serialized.ts';

const CHANNEL = 'pear.php.net';
const PLACE = /\/\.registry\/(?:\.channel\.[^/]+\/)?[^/]+\.reg$/;

export const pearRegistry: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (!PLACE.test(file.path)) return result.done();
    const text = Buffer.from(await file.bytes()).toString('latin1');
    const record = readPhpSerialized(file.path, text);
    const name = textOf(record, 'name') ?? textOf(record, 'package');
    if (name === undefined || name === '') throw new ParseError(file.path, 'no name');
    const version =
      textOf(field(record, 'version'), 'release') ??
      textOf(record, 'version') ??
      textOf(field(record, 'release'), 'version') ??
      '';
    const channel = textOf(record, 'channel') ?? CHANNEL;
    if (channel === CHANNEL) result.add({ name: `pear/${name.toLowerCase()}`, version });
    else result.add({ ecosystem: 'pear', name: `${channel}/${name}`, version });
    return result.done();
  },
};

function field(value: PhpValue | undefined, key: string): PhpValue | undefined {
  return value instanceof Map ? (value.get(key) as PhpValue | undefined) : undefined;
}

function textOf(value: PhpValue | undefined, key: string): string | undefined {
  const found = field(value, key);
  return typeof found === 'string' ? found : undefined;
}
