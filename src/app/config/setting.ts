/** One flag's value in a configuration file. */

import type { Flag } from './flag.ts';
import type { Setting } from './settings.ts';
import { takesList } from './keys.ts';
import type { ConfigNode } from './node.ts';

/**
 * Returns `undefined` where nothing is given, as behind a key without a value that may be empty.
 * @throws AssayError `CONFIG_INVALID`
 */
export function readSetting(
  flag: Flag,
  node: ConfigNode,
  from: Setting['from'],
): Setting | undefined {
  if (node.isEmpty) {
    return flag.isNeverEmpty === true ? { values: [''], from, where: node.where } : undefined;
  }
  return { values: readValues(flag, node), from, where: node.where };
}

function readValues(flag: Flag, node: ConfigNode): readonly string[] {
  if (flag.value === undefined) return node.flag() ? ['true'] : [];
  if (node.isMapping) {
    throw node.refuse(takesList(flag) ? 'must be a text or a list of texts' : 'must be a text');
  }
  const items = node.items();
  if (items.length > 1 && !takesList(flag)) throw node.refuse('takes one value, and is a list');
  const values = items.map((item) => item.text()).filter((text) => text !== '');
  const [first = ''] = values;
  if (flag.valueIfBare === undefined || values.length > 1) return values;
  if (first.toLowerCase() === 'true') return [flag.valueIfBare];
  return first.toLowerCase() === 'false' ? [] : values;
}
