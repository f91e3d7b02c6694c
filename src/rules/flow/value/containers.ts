/** Methods of lists and maps that a program has made. */

import { deepTaints, type EvaluatedCall, type Machine } from '../machine.ts';
import { elementOf, listOf, readIndex, tupleOf, writeField } from './objects.ts';
import {
  constantOf,
  joinTaints,
  joinValues,
  taintedValue,
  UNKNOWN,
  type HeapObject,
  type Value,
} from './value.ts';

type Method = (m: Machine, receiver: Value, args: readonly Value[]) => Value;

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...['push', 'append', 'add', 'appendleft'].map((name): [string, Method] => [name, addLast]),
  ['unshift', addSomewhere],
  ['insert', (m, list, args) => addSomewhere(m, list, args.slice(1))],
  ['extend', (m, list, [other = UNKNOWN]) => addSomewhere(m, list, [elementOf(m, other)])],
  ['set', setKey],
  ['setdefault', (m, map, args) => (setKey(m, map, args), elementOf(m, map))],
  ['update', merge],
  ['get', getKey],
  ['pop', (m, list, args) => (args.length > 0 ? getKey(m, list, args) : takeLast(m, list))],
  ['shift', (m, list) => elementOf(m, list)],
  ['popitem', (m, map) => tupleOf(m, [UNKNOWN, elementOf(m, map)])],
  ...['values', 'slice', 'filter', 'reverse', 'sort', 'toSorted', 'copy', 'flat', 'splice'].map(
    (name): [string, Method] => [name, sameElements],
  ),
  ...['items', 'entries'].map((name): [string, Method] => [
    name,
    (m, map) => listOf(m, tupleOf(m, [UNKNOWN, elementOf(m, map)])),
  ]),
  ['keys', (m) => listOf(m, UNKNOWN)],
  ...['at', 'find', 'findLast', 'next'].map((name): [string, Method] => [
    name,
    (m, list, args) => (name === 'at' ? getKey(m, list, args) : elementOf(m, list)),
  ]),
  [
    'concat',
    (m, list, args) =>
      listOf(m, [list, ...args].map((one) => elementOf(m, one)).reduce(joinValues)),
  ],
  ['join', (m, list) => taintedValue(deepTaints(m, list))],
]);

/**
 * Returns the value of a method of a list or a map of the program; `undefined` for other calls.
 * Methods with functions among their arguments are calls like others.
 */
export function containerCall(m: Machine, call: EvaluatedCall): Value | undefined {
  const { method, receiver, args } = call;
  if (method === undefined || receiver === undefined || receiver.objects.length === 0) {
    return undefined;
  }
  const run = METHODS.get(method);
  if (
    run === undefined ||
    args.some(({ value }) => value.closures.length > 0 && method !== 'push')
  ) {
    return undefined;
  }
  if (receiver.objects.some((id) => m.state.object(id)?.type !== undefined)) return undefined;
  return run(
    m,
    receiver,
    args.map(({ value }) => value),
  );
}

function addLast(m: Machine, list: Value, args: readonly Value[]): Value {
  const [id] = list.objects;
  const object = id === undefined ? undefined : m.state.object(id);
  for (const value of args) {
    const isCounted =
      list.objects.length === 1 && object?.isList === true && object.rest === undefined;
    const size = id === undefined ? 0 : (m.state.object(id)?.fields.size ?? 0);
    writeField(m, list, isCounted ? String(size) : undefined, value);
  }
  return UNKNOWN;
}

function addSomewhere(m: Machine, list: Value, args: readonly Value[]): Value {
  for (const id of list.objects) {
    const object = m.state.object(id);
    if (object !== undefined) m.state.setObject(id, uncounted(object));
  }
  for (const value of args) writeField(m, list, undefined, value);
  return UNKNOWN;
}

/** Elements whose places are no longer known. */
function uncounted(object: HeapObject): HeapObject {
  const all = [...object.fields.values(), ...(object.rest === undefined ? [] : [object.rest])];
  const rest = all.length === 0 ? undefined : all.reduce(joinValues);
  return object.isList ? { ...object, fields: new Map(), rest } : object;
}

function setKey(m: Machine, map: Value, [key = UNKNOWN, value = UNKNOWN]: readonly Value[]): Value {
  const name = constantOf(key);
  writeField(m, map, name === undefined ? undefined : String(name), value);
  return map;
}

function merge(m: Machine, map: Value, args: readonly Value[]): Value {
  for (const other of args) {
    for (const id of other.objects) {
      const object = m.state.object(id);
      for (const [name, value] of object?.fields ?? []) writeField(m, map, name, value);
      if (object?.rest !== undefined) writeField(m, map, undefined, object.rest);
    }
    if (other.taints.length > 0) writeField(m, map, undefined, taintedValue(other.taints));
  }
  return UNKNOWN;
}

function getKey(m: Machine, map: Value, [key = UNKNOWN, fallback]: readonly Value[]): Value {
  const found = readIndex(m, map, key, { start: 0, end: 0 });
  return fallback === undefined ? found : joinValues(found, fallback);
}

function takeLast(m: Machine, list: Value): Value {
  const [id] = list.objects;
  const object = id === undefined || list.objects.length > 1 ? undefined : m.state.object(id);
  if (id === undefined || object?.isList !== true || object.rest !== undefined) {
    return elementOf(m, list);
  }
  const last = String(object.fields.size - 1);
  const value = object.fields.get(last);
  const fields = new Map(object.fields);
  fields.delete(last);
  m.state.setObject(id, { ...object, fields });
  return value ?? UNKNOWN;
}

function sameElements(m: Machine, list: Value): Value {
  const taints = joinTaints(list.taints, []);
  const parts = list.objects.map((id) => m.state.object(id));
  if (parts.every((one) => one !== undefined && one.fields.size === 0 && one.rest === undefined)) {
    return { ...listOf(m, undefined), taints };
  }
  return { ...listOf(m, elementOf(m, { ...list, taints: [] })), taints };
}
