/**
 * Firefox and Thunderbird: the file `application.ini` beside the program.
 *
 * Source: Mozilla's documentation, "XULRunner: application.ini": lines `KEY=value` below `[App]`,
 * with vendor, name and version. `RemotingName` marks a release with extended support, which has
 * fixes of its own. Files of other makers of that name give nothing.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** It has some 700 bytes. */
const MAX_BYTES = 64 * 1024;
const LINE = /^(?<key>[A-Za-z]{1,40})=(?<value>.{0,200}?)\r?$/gm;
const VERSION = /^\d{1,4}(?:\.\d{1,4}){1,3}$/;
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['Firefox', 'firefox'],
  ['Thunderbird', 'thunderbird'],
]);

export const mozillaApplication: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (file.sizeBytes > MAX_BYTES) return result.done();
    const text = Buffer.from(await file.bytes()).toString('latin1');
    const start = text.indexOf('[App]');
    if (start === -1) return result.done();
    const section = text.slice(start + 1).split(/^\[/m, 1)[0] ?? '';
    const fields = new Map(
      [...section.matchAll(LINE)].map(({ groups }) => [groups?.['key'], groups?.['value']]),
    );
    const program = PROGRAMS.get(fields.get('Name') ?? '');
    const version = fields.get('Version') ?? '';
    if (fields.get('Vendor') !== 'Mozilla' || program === undefined) return result.done();
    const isExtended = program === 'firefox' && fields.get('RemotingName') === 'firefox-esr';
    const name = isExtended ? 'firefox-esr' : program;
    result.add({ ecosystem: 'program', name, version: VERSION.test(version) ? version : '' });
    return result.done();
  },
};
