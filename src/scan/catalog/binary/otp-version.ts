/**
 * The file `OTP_VERSION` of an installed Erlang/OTP: `…/erlang/releases/27/OTP_VERSION`.
 *
 * Source: Erlang/OTP System Principles, "Versions": the file holds the version, with `**` behind it
 * where it was patched by hand. The folder is named like the first number. Anything else is another
 * file of that name, and gives nothing.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const MAX_BYTES = 256;
const PLACE = /\/releases\/(?<major>\d+)\/OTP_VERSION$/;
const VERSION = /^(?<version>(?<major>\d+)(?:\.\d+){1,4})(?:-rc\d)?(?:\*\*)?\s*$/;

export const otpVersion: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const place = PLACE.exec(file.path)?.groups;
    if (place === undefined || file.sizeBytes > MAX_BYTES) return result.done();
    const said = VERSION.exec(Buffer.from(await file.bytes()).toString('latin1'))?.groups;
    if (said?.['version'] !== undefined && said['major'] === place['major']) {
      result.add({ ecosystem: 'program', name: 'erlang', version: said['version'] });
    }
    return result.done();
  },
};
