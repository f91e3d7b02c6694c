/**
 * Shapes describe the JSON form of a type as data. `encode.ts` writes a value by its shape,
 * `decode.ts` reads and checks one, and `revive.ts` reads one that this build wrote, so that the
 * forms cannot drift apart. The compiler checks that a shape names every field of an object and
 * every member of a union.
 */

import type { Json } from './streamed-json.ts';

/** The JSON form of a type. */
export interface Shape<T> {
  readonly form: Form;
  /** Whether the text of a value is written piece by piece, because the value may be long. */
  readonly isStreamed: boolean;
  /** Whether parsed JSON is the value already, so that reviving it changes nothing. */
  readonly isJson: boolean;
  /** Never present. It makes the compiler accept a shape for exactly its type. */
  readonly type?: (value: T) => T;
}

/** A shape with named fields. */
export interface ObjectShape<T> extends Shape<T> {
  readonly requiredFields: readonly string[];
  readonly optionalFields: readonly string[];
}

/** A field that may be left out. */
export interface OptionalShape<T> {
  readonly optional: Shape<T>;
}

/** One shape for each field, optional if the field is. */
export type FieldShapes<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? OptionalShape<Exclude<T[K], undefined>>
    : Shape<T[K]>;
};

/** A shape of a type that only callers know. */
export type AnyShape = Shape<unknown>;

/** The kinds of shapes. */
export type Form = ScalarForm | ListForm | MapForm | ObjectForm | UnionForm | ConvertedForm;

/** A string, a number or a boolean. */
export interface ScalarForm {
  readonly kind: 'scalar';
  /** Names accepted values in messages, with an article. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A list. */
export interface ListForm {
  readonly kind: 'list';
  readonly items: AnyShape;
  readonly isNonEmpty: boolean;
}

/** A map, written as an object with sorted keys. */
export interface MapForm {
  readonly kind: 'map';
  readonly values: AnyShape;
}

/** An object, written in the order of its fields. */
export interface ObjectForm {
  readonly kind: 'object';
  readonly fields: readonly Field[];
  /** The fields whose values reviving changes. */
  readonly revivedFields: readonly Field[];
}

/** A field of an object. */
export interface Field {
  readonly key: string;
  readonly shape: AnyShape;
  readonly isOptional: boolean;
  /** Whether a value is written as it is: a scalar, or a list of scalars. */
  readonly isVerbatim: boolean;
}

/** A union of objects that differ in their field `kind`. */
export interface UnionForm {
  readonly kind: 'union';
  readonly members: ReadonlyMap<string, AnyShape>;
}

/** A type that is written as another one. */
export interface ConvertedForm {
  readonly kind: 'converted';
  readonly written: AnyShape;
  readonly toWritten: (value: unknown) => unknown;
  readonly fromWritten: (written: unknown) => unknown;
  readonly check: (written: unknown) => void;
}

/** A string. */
export const text: Shape<string> = scalar('a text', (value) => typeof value === 'string');
/** A boolean. */
export const flag: Shape<boolean> = scalar('true or false', (value) => typeof value === 'boolean');
/** A finite number. */
export const number: Shape<number> = scalar('a number', Number.isFinite);
/** A whole number from 0. */
export const count: Shape<number> = scalar(
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** Returns one of some constants. */
export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  const allowed: ReadonlySet<unknown> = new Set(values);
  return scalar(`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (value) =>
    allowed.has(value),
  );
}

/**
 * Returns a string that matches `pattern`. The type may be narrower than `string`, as for digests.
 */
export function matching<T extends string>(expected: string, pattern: RegExp): Shape<T> {
  return scalar(expected, (value) => typeof value === 'string' && pattern.test(value));
}

/** Returns a list. */
export function list<T>(items: Shape<T>): Shape<readonly T[]> {
  const form: ListForm = { kind: 'list', items: items as AnyShape, isNonEmpty: false };
  return { form, isStreamed: items.isStreamed, isJson: items.isJson };
}

/** Returns a list with any number of items: its text is written item by item. */
export function longList<T>(items: Shape<T>): Shape<readonly T[]> {
  return { ...list(items), isStreamed: true };
}

/** Returns a list with at least one item. */
export function nonEmptyList<T>(items: Shape<T>): Shape<readonly [T, ...T[]]> {
  const form: ListForm = { kind: 'list', items: items as AnyShape, isNonEmpty: true };
  return { form, isStreamed: items.isStreamed, isJson: items.isJson };
}

/** Returns a map. */
export function mapOf<T>(values: Shape<T>): Shape<ReadonlyMap<string, T>> {
  const form: MapForm = { kind: 'map', values: values as AnyShape };
  return { form, isStreamed: false, isJson: false };
}

/** Returns a map with any number of entries: its text is written entry by entry. */
export function longMapOf<T>(values: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return { ...mapOf(values), isStreamed: true };
}

/** Returns a field that may be left out. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { optional: shape };
}

/**
 * Returns an object with the given fields, written in the order of the declaration. Unknown fields
 * are ignored when it is read: within a schema version fields are added and never change.
 */
export function object<T extends object>(fields: FieldShapes<T>): ObjectShape<T> {
  // The fields' own types only matter to callers; here all are handled alike.
  const shapes = fields as unknown as Readonly<Record<string, AnyShape | OptionalShape<unknown>>>;
  const all: Field[] = [];
  const requiredFields: string[] = [];
  const optionalFields: string[] = [];
  let isStreamed = false;
  for (const [key, field] of Object.entries(shapes)) {
    const isOptional = 'optional' in field;
    const shape = isOptional ? field.optional : field;
    all.push({ key, shape, isOptional, isVerbatim: isVerbatim(shape) });
    (isOptional ? optionalFields : requiredFields).push(key);
    isStreamed ||= shape.isStreamed;
  }
  const revivedFields = all.filter(({ shape }) => !shape.isJson);
  const form: ObjectForm = { kind: 'object', fields: all, revivedFields };
  return { form, isStreamed, isJson: revivedFields.length === 0, requiredFields, optionalFields };
}

/** Returns a union of objects that differ in their field `kind`. */
export function byKind<T extends { readonly kind: string }>(shapes: {
  readonly [K in T['kind']]: Shape<Extract<T, { readonly kind: K }>>;
}): Shape<T> {
  const members = new Map(Object.entries(shapes as unknown as Readonly<Record<string, AnyShape>>));
  let isJson = true;
  for (const member of members.values()) isJson &&= member.isJson;
  return { form: { kind: 'union', members }, isStreamed: false, isJson };
}

/** A conversion of a type to its written form and back. */
export interface Conversion<T, Written> {
  readonly toWritten: (value: T) => Written;
  readonly fromWritten: (written: Written) => T;
  /** Checks what the shape of `Written` cannot express. @throws CodecError */
  readonly check: (written: Written) => void;
}

/** Returns a type that is written as another one. */
export function converted<T, Written>(
  written: Shape<Written>,
  conversion: Conversion<T, Written>,
): Shape<T> {
  // Values that a shape of `T` is used with are of that type; here all are handled alike.
  const { toWritten, fromWritten, check } = conversion as unknown as Conversion<unknown, unknown>;
  const shape = written as unknown as AnyShape;
  const form: ConvertedForm = { kind: 'converted', written: shape, toWritten, fromWritten, check };
  return { form, isStreamed: false, isJson: false };
}

function isVerbatim({ form }: AnyShape): boolean {
  return form.kind === 'scalar' || (form.kind === 'list' && form.items.form.kind === 'scalar');
}

function scalar<T extends Json>(expected: string, accepts: (value: unknown) => boolean): Shape<T> {
  return { form: { kind: 'scalar', expected, accepts }, isStreamed: false, isJson: true };
}
