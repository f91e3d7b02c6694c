/** Reading and writing members and elements of values. */

import { bitsOf } from './kinds.ts';
import { lookUp, lookUpAny } from '../models.ts';
import { newObject, partsOf, type Machine } from '../machine.ts';
import type { Expression, Span } from '../form.ts';
import {
  constantOf,
  joinValues,
  NAMELESS,
  stepped,
  UNKNOWN,
  type ClassValue,
  type HeapObject,
  type Taint,
  type Value,
} from './value.ts';

/** Fields of one object beyond this number are not kept apart. */
const MAX_FIELDS = 200;

/** Returns the value of a member. */
export function readMember(m: Machine, base: Value, name: string, span: Span): Value {
  let found: Value | undefined;
  let isComplete = base.objects.length > 0;
  for (const id of base.objects) {
    const object = m.state.object(id);
    const field = object && fieldOf(m, object, name, { ...base, objects: [id] });
    if (field === undefined) isComplete &&= object?.isClosed === true && object.type === undefined;
    else found = found === undefined ? field : joinValues(found, field);
  }
  for (const type of base.classes) {
    const member = memberOfClass(m, type, name);
    if (member !== undefined) {
      found = found === undefined ? member : joinValues(found, member);
      isComplete = true;
    }
  }
  if (
    isComplete ||
    (found !== undefined && base.refs.every((ref) => ref === '?' || ref === UNDER_KEY))
  ) {
    return found ?? NAMELESS;
  }
  const outside = outsideMember(m, base, name, span);
  return found === undefined ? outside : joinValues(found, outside);
}

/**
 * Returns a member that is read from a class itself. In Python that can be a method:
 * `Base.__init__(self, a)`.
 */
function memberOfClass(m: Machine, type: ClassValue, name: string): Value | undefined {
  if (m.program.language !== 'python') return classMember(m, type, name, true);
  const member = classMember(m, type, name, false);
  const self: Value = { ...UNKNOWN, classes: [type] };
  return (
    member && {
      ...member,
      closures: member.closures.map((one) =>
        isOfClass(one.code.decorators) ? { ...one, self } : one,
      ),
    }
  );
}

function isOfClass(decorators: readonly Expression[]): boolean {
  return decorators.some((one) => one.kind === 'name' && one.name === 'classmethod');
}

/** Returns the member of something that is not an object of the program. */
function outsideMember(m: Machine, base: Value, name: string, span: Span): Value {
  const refs = (base.refs.length === 0 ? ['?'] : base.refs).map((ref) => `${ref}.${name}`);
  const taints = m.models.plain.has(name) ? [] : memberTaints(base, name);
  const text = m.models.texts && lookUpAny(m.models.texts, refs);
  return sourced(
    m,
    { ...UNKNOWN, taints, ...(text !== undefined && { text }), refs: typed(m, refs) },
    span,
  );
}

/** Where the server has stored an uploaded file: multer, formidable and express-fileupload. */
const STORED: ReadonlySet<string> = new Set(['path', 'filepath', 'tempFilePath', 'destination']);
const UPLOADS = /^request files?$/u;
/** The texts among the fields of an uploaded file, and its content. */
const TEXTS_OF_FILES: ReadonlySet<string> = new Set(
  'name originalname originalFilename filename fieldname fieldName mimetype type encoding buffer data headers'.split(
    ' ',
  ),
);
/** An uploaded file itself is an object, which answers contain as JSON. */
const FILE_OBJECT = bitsOf('html');
/** Parts of the address of the own site that fix its server. */
const SERVER: ReadonlySet<string> = new Set(['origin', 'host', 'hostname', 'protocol', 'port']);
const OWN_ADDRESS = /^(?:the address of the page|request (?:nextUrl|url|href))$/u;

function memberTaints({ taints, refs }: Value, name: string): readonly Taint[] {
  const isServer =
    SERVER.has(name) && refs.some((ref) => ref === 'URL' || ref.endsWith('.nextUrl'));
  const isText = TEXTS_OF_FILES.has(name);
  if (!isServer && !STORED.has(name) && !isText) return taints;
  return taints.map((one) => {
    if (isText && UPLOADS.test(one.source)) return { ...one, cleared: one.cleared & ~FILE_OBJECT };
    const isStored = STORED.has(name) && UPLOADS.test(one.source);
    const isOwn = isServer && OWN_ADDRESS.test(one.source);
    if (!isStored && !isOwn) return one;
    const bits = isStored ? bitsOf('path') : bitsOf('redirect', 'url');
    return { ...one, cleared: one.cleared | bits };
  });
}

function typed(m: Machine, refs: readonly string[]): readonly string[] {
  const type = lookUpAny(m.models.types, refs);
  return type === undefined ? refs.filter((ref) => ref.length < 160) : [type];
}

/** Returns the names of what a call with these names of its callee returns. */
export function resultRefs(m: Machine, refs: readonly string[]): readonly string[] {
  const called = refs.filter((ref) => ref !== '?').map((ref) => `${ref}()`);
  return typed(m, called);
}

/** Adds the untrusted data that the name of a value stands for. */
export function sourced(m: Machine, value: Value, span: Span): Value {
  if (value.taints.length > 0) return value;
  for (const ref of value.refs) {
    const source = lookUp(m.models.sources, ref);
    if (source === undefined || source.unless?.test(m.text) === true) continue;
    const trail = { span, message: `untrusted: ${source.label}`, length: 1 };
    const { label, confidence, clears: cleared = 0 } = source;
    const taint: Taint = { source: label, origin: span, confidence, cleared, trail };
    return { ...value, taints: [taint] };
  }
  return value;
}

function fieldOf(m: Machine, object: HeapObject, name: string, self: Value): Value | undefined {
  const own = object.fields.get(name) ?? (object.isList ? undefined : object.rest);
  if (own !== undefined) return own;
  return object.type && bound(m, classMember(m, object.type, name, false), self);
}

/** Gives methods their object. A getter is called. */
function bound(m: Machine, member: Value | undefined, self: Value): Value | undefined {
  if (member === undefined || member.closures.length === 0) return member;
  const getters = member.closures.filter(({ code }) => isGetter(code.decorators, code.name));
  if (getters.length > 0) {
    return getters.map((getter) => m.call(getter, [], { self })).reduce(joinValues);
  }
  return { ...member, closures: member.closures.map((one) => ({ ...one, self })) };
}

function isGetter(decorators: readonly Expression[], name: string): boolean {
  return (
    name.startsWith('get ') ||
    decorators.some((one) => one.kind === 'name' && /^(?:cached_)?property$/u.test(one.name))
  );
}

/** Classes that are further away are not looked at. */
const MAX_BASES = 6;

/** Returns a member of a class or of the classes that it extends. */
export function classMember(
  m: Machine,
  type: ClassValue,
  name: string,
  isStatic: boolean,
): Value | undefined {
  let level: readonly ClassValue[] = [type];
  for (let depth = 0; depth < MAX_BASES && level.length > 0; depth += 1) {
    for (const one of level) {
      const member = one.code.members.find(
        (candidate) => candidate.name === name && (!isStatic || candidate.isStatic),
      );
      if (member === undefined) continue;
      const { frame } = m;
      m.frame = one.frame;
      const value = m.evaluate(member.value);
      m.frame = frame;
      return { ...value, closures: value.closures.map((closure) => ({ ...closure, home: one })) };
    }
    level = level.flatMap(({ bases }) => bases.flatMap(({ classes }) => classes));
  }
  return undefined;
}

/**
 * A name that a value has which was read under an untrusted key: it may be the prototype of all
 * objects.
 */
export const UNDER_KEY = '[key]';

/** Returns the value under a key. */
export function readIndex(m: Machine, base: Value, key: Value, span: Span): Value {
  const found = indexed(m, base, key, span);
  const mayBePrototype = key.taints.some(({ cleared }) => (cleared & bitsOf('prototype')) === 0);
  return mayBePrototype && !found.refs.includes(UNDER_KEY)
    ? { ...found, refs: [...found.refs, UNDER_KEY] }
    : found;
}

function indexed(m: Machine, base: Value, key: Value, span: Span): Value {
  const constant = constantOf(key);
  if (base.objects.length === 0) {
    const name = constant === undefined ? '[]' : String(constant);
    return outsideMember(m, base, m.models.plain.has(name) ? '[]' : name, span);
  }
  let found: Value | undefined;
  for (const id of base.objects) {
    const object = m.state.object(id);
    if (object === undefined) continue;
    const value = elementUnder(m, object, constant, { ...base, objects: [id] });
    if (value !== undefined) found = found === undefined ? value : joinValues(found, value);
  }
  if (base.taints.length > 0) {
    const outside: Value = { ...UNKNOWN, taints: base.taints };
    return found ?? outside;
  }
  return found ?? NAMELESS;
}

function elementUnder(
  m: Machine,
  object: HeapObject,
  constant: ReturnType<typeof constantOf>,
  self: Value,
): Value | undefined {
  if (constant === undefined) return allElements(object);
  const key = keyOf(object, constant);
  const field = object.isList ? object.fields.get(key) : fieldOf(m, object, key, self);
  return field ?? object.rest;
}

/** Negative numbers count from the end of a list. */
function keyOf(object: HeapObject, constant: string | number | boolean | null): string {
  if (typeof constant === 'number' && constant < 0 && object.isList && object.rest === undefined) {
    return String(object.fields.size + constant);
  }
  return String(constant);
}

function allElements({ fields, rest }: HeapObject): Value | undefined {
  let all = rest;
  for (const value of fields.values()) all = all === undefined ? value : joinValues(all, value);
  return all;
}

/** Returns what an element of a value may be. */
export function elementOf(m: Machine, value: Value): Value {
  const parts = partsOf(m, value);
  const all = parts.length === 0 ? undefined : parts.reduce(joinValues);
  if (value.taints.length > 0) {
    const outside: Value = { ...UNKNOWN, taints: value.taints, refs: ['?'] };
    return all === undefined ? outside : joinValues(all, outside);
  }
  if (all !== undefined) return all;
  const type = lookUpAny(
    m.models.types,
    value.refs.map((ref) => `${ref}.[]`),
  );
  return type === undefined ? NAMELESS : { ...UNKNOWN, refs: [type] };
}

/**
 * Writes a field. Indistinguishable fields are joined. Returns the value with the object, which may
 * be new.
 */
export function writeField(m: Machine, base: Value, key: string | undefined, value: Value): Value {
  if (base.objects.length === 0) {
    const fields = key === undefined ? new Map<string, Value>() : new Map([[key, value]]);
    const rest = key === undefined ? value : undefined;
    return { ...base, ...newObject(m, { isList: false, fields, rest }) };
  }
  const isOnly = base.objects.length === 1;
  for (const id of base.objects) {
    const object = m.state.object(id);
    if (object === undefined) continue;
    m.state.setObject(id, withField(object, key, { value, isOnly }));
  }
  return base;
}

function withField(
  object: HeapObject,
  key: string | undefined,
  { value, isOnly }: { readonly value: Value; readonly isOnly: boolean },
): HeapObject {
  if (key === undefined || (object.fields.size >= MAX_FIELDS && !object.fields.has(key))) {
    return { ...object, rest: object.rest === undefined ? value : joinValues(object.rest, value) };
  }
  const known = object.fields.get(key);
  const fields = new Map(object.fields);
  fields.set(key, isOnly || known === undefined ? value : joinValues(known, value));
  return { ...object, fields };
}

/** Returns a list with one value for all of its elements. */
export function listOf(m: Machine, element: Value | undefined): Value {
  return { ...UNKNOWN, ...newObject(m, { isList: true, rest: element, isClosed: true }) };
}

/** Returns a list of known elements. */
export function tupleOf(m: Machine, items: readonly Value[]): Value {
  const fields = new Map(items.map((item, index) => [String(index), item]));
  return { ...UNKNOWN, ...newObject(m, { isList: true, fields, isClosed: true }) };
}

/** Returns a value with a step for what is untrusted in it. */
export function withStep(value: Value, span: Span, message: string): Value {
  return value.taints.length === 0
    ? value
    : { ...value, taints: stepped(value.taints, span, message) };
}
