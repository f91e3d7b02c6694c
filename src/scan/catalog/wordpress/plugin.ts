/**
 * Plugins of WordPress: the PHP file of a plugin that has its header,
 * `wp-content/plugins/NAME/*.php`.
 *
 * Source: the WordPress Plugin Handbook, "Header Requirements": a comment within the first 8 KiB
 * with `Plugin Name:` and `Version:`; WordPress takes what stands behind the colon up to the end of
 * the line. A file without a name is no plugin's main file. A plugin without a version is listed
 * without one.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** Bytes that WordPress reads. */
const HEAD_BYTES = 8192;
const FIELD = /^(?:[ \t]*<\?php)?[ \t/*#@]*(?<name>Plugin Name|Version):(?<value>.*)$/i;
const COMMENT_END = /\s*(?:\*\/|\?>).*$/;
/** `plugins/NAME/FILE.php`, and plugins of one file. */
const PLACE = /\/wp-content\/(?:mu-)?plugins\/(?:[^/]+\/)?[^/]+\.php$/;

export const wordpressPlugin: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (file.path.includes('/wp-content/') && !PLACE.test(file.path)) return result.done();
    const head = await file.readAt(0, Math.min(HEAD_BYTES, file.sizeBytes));
    const fields = new Map<string, { readonly value: string; readonly line: number }>();
    for (const [index, text] of new TextDecoder()
      .decode(head)
      .split(/\r\n?|\n/)
      .entries()) {
      const { name, value = '' } = FIELD.exec(text)?.groups ?? {};
      const key = name?.toLowerCase();
      if (key === undefined || fields.has(key)) continue;
      fields.set(key, { value: value.replace(COMMENT_END, '').trim(), line: index + 1 });
    }
    const plugin = fields.get('plugin name');
    if (plugin !== undefined && plugin.value !== '') {
      const version = fields.get('version')?.value ?? '';
      result.add({ name: plugin.value, version, line: plugin.line });
    }
    return result.done();
  },
};
