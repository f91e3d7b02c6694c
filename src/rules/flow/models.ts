/**
 * Models of functions, methods and types that a file uses and does not contain: data for each
 * language.
 */

import type { FunctionCode } from './form.ts';
import { bitsOf } from './value/kinds.ts';
import { CONFIDENCES, type Confidence } from '../../core/model/rule/rule-finding.ts';
import type { Value } from './value/value.ts';

/**
 * A table by qualified names. A key `*.name` stands for all members with the name; `()` behind a
 * name means what a call returns. A type has a colon in its name: `express:Request`.
 */
export type RefTable<T> = ReadonlyMap<string, T>;

/** Untrusted data that a member has or a call returns. */
export interface SourceModel {
  /** For people, as in `query parameters`. */
  readonly label: string;
  readonly confidence: Confidence;
  /** Bits of the kinds of sinks that it is harmless to, as a text is to those for objects. */
  readonly clears?: number;
  /** Files that match this check the data themselves, in a way that is not followed. */
  readonly unless?: RegExp;
}

/**
 * The argument that a call returns unchanged: the argument with the number, or the object of a
 * method.
 */
export type PassModel = number | 'object';

/** The known facts after a condition with a call has held, or has not held. */
export interface GuardModel {
  /** The checked value: the argument with the number, or the object of the method. */
  readonly checks: number | 'object';
  /** When it holds. */
  readonly holdsWhen: boolean;
  /** Bits of kinds of sinks that it is harmless to. */
  readonly clears: number;
  /** The other part must be free of untrusted data. */
  readonly needsTrusted?: boolean;
  /** The argument with the list or object, if it is not the object of the method. */
  readonly against?: number;
  /**
   * Bits of the kinds that it is harmless to as soon as the list or object is not untrusted itself,
   * whatever its parts are.
   */
  readonly clearsOwn?: number;
  /** The argument with the number must be a regular expression that describes all of the text. */
  readonly needsWholePattern?: number | 'object';
  /** The call matches whole texts: the expression needs no anchors. */
  readonly isFull?: boolean;
  /** The argument is the beginning of the text: what it fixes depends on it. */
  readonly isBeginning?: boolean;
  /** The argument is the end of the text: a domain with an owner fixes the host of an address. */
  readonly isEnd?: boolean;
  /** What the expression matches is not in the text if the condition has not held. */
  readonly excludes?: boolean;
  /** The argument must be a text of this kind. */
  readonly needsText?: RegExp;
  /**
   * The argument with the number, or each of its elements, must have one of these qualified names.
   */
  readonly needsRefs?: { readonly argument: number; readonly refs: ReadonlySet<string> };
  /** Kinds that count only if the value has a certain name, or the other part a certain text. */
  readonly limits?: readonly GuardLimit[];
}

/** A further condition for some of the kinds of a guard. */
export interface GuardLimit {
  readonly bits: number;
  /** Pattern for one of the qualified names of the checked value. */
  readonly ref?: RegExp;
  /** Pattern for the text that it is compared with. */
  readonly text?: RegExp;
}

/**
 * Beginnings of addresses whose host has ended: `https://a.example.evil.example` begins with
 * `https://a.example`.
 */
const FIXED_HOST = /^https?:\/\/[^/?#\\]+[/?#]/iu;
/** Beginnings of targets that are on a fixed host or on the site itself. */
const FIXED_TARGET = /^(?:https?:\/\/[^/?#\\]+[/?#]|\/[^/\\])/iu;

/**
 * Returns what a check of a beginning needs to make a path, an address or a target harmless.
 * `resolved` matches names of paths without `..`.
 */
export function beginningLimits(resolved: RegExp): readonly GuardLimit[] {
  return [
    { bits: bitsOf('path'), ref: resolved },
    { bits: bitsOf('url'), text: FIXED_HOST },
    { bits: bitsOf('redirect'), text: FIXED_TARGET },
  ];
}

/**
 * A part of a value, such as the host of an address. Once it equals something trusted, or is one of
 * a trusted list, the value that it was taken from is harmless to some kinds.
 */
export interface PartModel {
  /** Pattern for one of the qualified names of the part. */
  readonly ref: RegExp;
  readonly clears: number;
  /** The part is a list: a trusted value that is one of its elements counts. */
  readonly isList?: boolean;
  /** It counts too when the part is empty. */
  readonly mayBeEmpty?: boolean;
  /** Pattern for a qualified name of each untrusted argument of the call that returns the part. */
  readonly argumentRef?: RegExp;
}

/** A named argument that decides what a call returns. */
export interface VariantModel {
  readonly argument: string;
  readonly value: string | number | boolean;
  /** A qualified name that means the same as the value. */
  readonly ref?: string;
  /** The type of the result. */
  readonly type: string;
}

/**
 * Types of the parameters of functions that a call registers. The first entry is that of the first
 * parameter.
 */
export type HandlerModel = readonly (string | undefined)[];

/** A call that may register a function: its name as a method, and the values of its arguments. */
export interface RegisteringCall {
  readonly method: string | undefined;
  readonly args: readonly { readonly value: Value }[];
}

/** A call that calls a function later, or elsewhere, with arguments of its own. */
export interface ApplierModel {
  /** The place and the name of the argument that is the function. */
  readonly runs: number;
  readonly runsName?: string;
  /** The function gets the arguments from this place on. */
  readonly passes?: number;
  /** The place and the name of the argument that is a list of arguments. */
  readonly list?: readonly [number, string?];
  /** The place and the name of the argument that is a map of named arguments. */
  readonly map?: readonly [number, string?];
}

/** A decorator that makes a function a handler. */
export interface DecoratorModel {
  /** Parameters are untrusted data. */
  readonly taintsParameters: boolean;
  readonly label: string;
  /** A type by position, in front of other parameters. */
  readonly parameters?: HandlerModel;
  /** How sure it is that parameters are untrusted data: `high` unless it says otherwise. */
  readonly confidence?: Confidence;
  /** Matches the names of parameters that are untrusted data. Without it, all are. */
  readonly named?: RegExp;
}

/** A call that replaces parts of a text wherever they stand. */
export interface ReplaceModel {
  /** The expression or text that is replaced: an argument, or the object of the method. */
  readonly what: number | 'object';
  /** The argument with the text in its place. */
  readonly by: number;
  /** What is replaced is a text, and no expression. */
  readonly isText?: boolean;
}

/** How a language writes checks that are no calls of a guard. */
export interface CheckForms {
  /** Bits of the kinds that a text without `..` is harmless to. */
  readonly withoutDots: number;
  /** Methods that return the place of their argument in their object. */
  readonly positions: ReadonlySet<string>;
  /** Methods that return the part of their object from one place to another. */
  readonly cuts: ReadonlySet<string>;
  /** Methods that change only the case of their object, or the space around it. */
  readonly sameText: ReadonlySet<string>;
  /** Whether a call has returned true or false if its condition tells about all elements. */
  readonly each: ReadonlyMap<string, boolean>;
  /** Calls that replace all of what an expression or a text matches. */
  readonly replaces: RefTable<ReplaceModel>;
  /** Functions whose result says as much as their argument: `str`. */
  readonly textOf: ReadonlySet<string>;
  /** Matches names of results that are texts, and no lists. */
  readonly texts: RegExp;
  /** A check of the result of a call says as much about what the result was made of. */
  readonly reachOrigins?: boolean;
}

/** All that is known for a language. */
export interface Models {
  /**
   * The type that a call returns, or that a member has, by the name of the callee or the member.
   */
  readonly types: RefTable<string>;
  readonly sources: RefTable<SourceModel>;
  readonly passes: RefTable<PassModel>;
  /**
   * Functions that make an empty map or list, or one of their named arguments; and those that make
   * a map of pairs, a list of elements, or the pairs of a map, of their first argument.
   */
  readonly containers: RefTable<'map' | 'list' | 'pairs' | 'elements' | 'entries'>;
  /** The known texts of members. */
  readonly texts?: RefTable<string>;
  /**
   * Bits of kinds of sinks that the result of a call is harmless to; all bits: nothing untrusted is
   * left.
   */
  readonly clears: RefTable<number>;
  /**
   * Calls that turn characters back into what they stand for. What was harmless before is not so
   * now, but to the kinds with these bits.
   */
  readonly decodes: RefTable<number>;
  readonly guards: RefTable<GuardModel>;
  readonly checks: CheckForms;
  readonly handlers: RefTable<HandlerModel>;
  readonly appliers?: RefTable<ApplierModel>;
  /** The types of the parameters of functions that a call registers, by its form alone. */
  guessHandler?(call: RegisteringCall): HandlerModel | undefined;
  readonly decorators: RefTable<DecoratorModel>;
  /** Members and methods whose values have nothing of the text: lengths, truth values, numbers. */
  readonly plain: ReadonlySet<string>;
  /** Parts of values that tell of the whole. */
  readonly parts?: readonly PartModel[];
  /** Methods that raise unless their object is what a guard asks for. */
  readonly asserts?: RefTable<GuardModel>;
  /** Calls from which the program does not return. */
  readonly ends?: ReadonlySet<string>;
  /** Calls that give each element of a list to a function, their first argument. */
  readonly mapping?: ReadonlySet<string>;
  /** Calls whose result depends on a named argument. */
  readonly variants?: RefTable<VariantModel>;
  /** Functions that frameworks call as methods of classes of theirs, by the instance. */
  readonly handlerTypes?: RefTable<
    DecoratorModel & { readonly names: RegExp; readonly ref: string }
  >;
  /** Returns whether a function may be such a method, by its name and parameters. */
  mayBeMethod?(code: FunctionCode): boolean;
  /** Methods that put their arguments into their object. */
  readonly mutators: ReadonlySet<string>;
  /**
   * Words of the file by which `guessParameter` and `isHandler` give a type, by the type. Each of
   * them is enough.
   */
  readonly guessed?: RefTable<readonly string[]>;
  /** The type of a parameter by its name, where nothing else is known of the function. */
  guessParameter(code: FunctionCode, index: number): string | undefined;
  /** A function of the file that a framework calls without any registration. */
  isHandler?(code: FunctionCode): DecoratorModel | undefined;
  /** Declared types whose values can hold no harmful text. */
  readonly plainTypes: ReadonlySet<string>;
  /** Words of sources in functions, beside those of the gates. */
  readonly sourceWords: readonly string[];
  /** Gates by which words of a file decide about untrusted data in it. */
  readonly gates: readonly SourceGate[];
}

/**
 * A file has untrusted data of a sort only if it has one of the first words and, if there are any,
 * one of the others. Unless it is registered as a handler, a function with such data has one of
 * these words.
 */
export interface SourceGate {
  readonly confidence: Confidence;
  readonly roots: readonly string[];
  readonly members?: readonly string[];
  /**
   * The members are what holds the data, and a root is needed only around them: in the function, in
   * one around it or called by it, or outside of all functions. The member `[]` stands for an
   * element that is read by its key or in a loop.
   */
  readonly isByMember?: boolean;
}

/** Returns whether a file with some words may have untrusted data. */
export function mayBeUntrusted({ gates }: Models, words: { has(word: string): boolean }): boolean {
  return gates.some((gate) => isOpen(gate, words));
}

/** Returns whether a file with some words may have untrusted data of one sort. */
export function isOpen(
  { roots, members }: SourceGate,
  words: { has(word: string): boolean },
): boolean {
  return (
    roots.some((word) => words.has(word)) &&
    (members?.some((word) => word === ELEMENTS || words.has(word)) ?? true)
  );
}

/** Stands for the elements of a value among the names of its members. */
export const ELEMENTS = '[]';

/** Returns what is known of a language without the sources of less confidence. */
export function modelsAtLeast(models: Models, least: Confidence): Models {
  const known = REDUCED.get(models)?.get(least);
  if (known !== undefined) return known;
  const isKept = ({ confidence }: { readonly confidence: Confidence }): boolean =>
    CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(least);
  const sources = new Map([...models.sources].filter(([, source]) => isKept(source)));
  const reduced = { ...models, sources, gates: models.gates.filter(isKept) };
  REDUCED.set(models, (REDUCED.get(models) ?? new Map<Confidence, Models>()).set(least, reduced));
  return reduced;
}

const REDUCED = new WeakMap<Models, Map<Confidence, Models>>();

/** All kinds of sinks. */
export const ALL_KINDS = -1;

/** Returns the row of a name, or that of all members with its last part. */
export function lookUp<T>(table: RefTable<T>, ref: string): T | undefined {
  const exact = table.get(ref);
  if (exact !== undefined) return exact;
  const at = ref.lastIndexOf('.');
  return at === -1 ? undefined : table.get(`*${ref.slice(at)}`);
}

/** Returns the row of the first name that has one. */
export function lookUpAny<T>(table: RefTable<T>, refs: readonly string[]): T | undefined {
  for (const ref of refs) {
    const found = lookUp(table, ref);
    if (found !== undefined) return found;
  }
  return undefined;
}
