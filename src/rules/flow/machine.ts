/** The interfaces of the parts that follow a program. */

import type {
  Block,
  Expression,
  ExpressionOf,
  FunctionCode,
  Program,
  Span,
  Target,
} from './form.ts';
import type { Models } from './models.ts';
import type { State } from './value/state.ts';
import {
  Frame,
  type ClassValue,
  type Closure,
  type HeapObject,
  type Slot,
  type Taint,
  type Value,
} from './value/value.ts';

/** An argument with its value. */
export interface EvaluatedArgument {
  readonly value: Value;
  readonly name?: string;
  readonly isSpread?: boolean;
  readonly span: Span;
}

/** A call whose parts have been evaluated. */
export interface EvaluatedCall {
  readonly callee: Value;
  /** Name and object of a method. */
  readonly method: string | undefined;
  readonly receiver: Value | undefined;
  readonly receiverAt: Expression | undefined;
  readonly args: readonly EvaluatedArgument[];
  readonly span: Span;
  readonly isNew: boolean;
}

/** Something that rules look at. */
export type FlowEvent =
  | {
      readonly kind: 'call';
      readonly refs: readonly string[];
      readonly receiver: Value | undefined;
      readonly args: readonly EvaluatedArgument[];
      readonly span: Span;
      readonly isNew: boolean;
      readonly within: string;
    }
  | {
      readonly kind: 'assign';
      /** Names of the member, or the name of the variable. */
      readonly refs: readonly string[];
      readonly name: string;
      readonly value: Value;
      readonly span: Span;
      readonly within: string;
    }
  | {
      readonly kind: 'return';
      /** Names of the decorators of the handler that returns. */
      readonly refs: readonly string[];
      readonly value: Value;
      readonly span: Span;
      readonly within: string;
    };

/** One call of a function that is being followed. */
export interface Activation {
  readonly code: FunctionCode | undefined;
  readonly frame: Frame;
  /** The state in which the body began. */
  readonly base: State;
  readonly exits: State[];
  readonly returned: Value[];
  readonly yielded: Value[];
  readonly handlerRefs: readonly string[];
  readonly depth: number;
  /** The question to a helper about the effects of its result. */
  readonly question?: Question;
}

/**
 * The values of parameters at the ends of a helper: of those with a result that holds or does not,
 * or of all that throw nothing.
 */
export interface Question {
  readonly truth: boolean | undefined;
  /**
   * At each end, the values of the parameters in their order; `undefined` for those of which
   * nothing follows.
   */
  readonly ends: (readonly (Value | undefined)[])[];
  /**
   * Variables that the helper has given another value: what it finds out about them does not hold
   * for the arguments.
   */
  readonly assigned: Set<Slot>;
}

/** A loop or a `switch` that is being followed. */
export interface Breakable {
  readonly base: State;
  readonly breaks: State[];
  /** Absent for `switch` and for statements with a label. */
  readonly continues: State[] | undefined;
  /** The label of a statement, which only a `break` with the label leaves. */
  readonly label?: string;
}

/** Something that can catch what is thrown. */
export interface Catcher {
  readonly thrown: Value[];
}

/** A run over one program. Its parts reach one another through it. */
export interface Machine {
  readonly program: Program;
  readonly models: Models;
  state: State;
  frame: Frame;
  activation: Activation;
  breakables: Breakable[];
  catchers: Catcher[];
  /** Calls of functions that were registered as handlers, in their order. */
  readonly handlers: HandlerCall[];
  /** Functions whose bodies have been followed. */
  readonly followed: Set<FunctionCode>;
  /** @throws FlowLimitError */
  spend(): void;
  newId(): number;
  evaluate(expression: Expression): Value;
  runBlock(block: Block): void;
  assign(target: Target, value: Value): void;
  call(closure: Closure, args: readonly EvaluatedArgument[], options?: CallOptions): Value;
  instantiate(type: ClassValue, args: readonly EvaluatedArgument[], span: Span): Value;
  refine(test: Expression, truth: boolean): void;
  /** Notes what follows from the end of a call of a helper that may throw. */
  refineByEnd(call: ExpressionOf<'call'>): void;
  readonly text: string;
  watch(event: FlowEvent): void;
}

/** Options for calling a function. */
export interface CallOptions {
  readonly self?: Value;
  readonly handlerRefs?: readonly string[];
  /** The call has no effects; rules do not look at it. */
  readonly question?: Question;
}

/** A call of a handler, which a framework makes any number of times. */
export interface HandlerCall {
  readonly closure: Closure;
  readonly args: readonly EvaluatedArgument[];
  readonly options: CallOptions;
}

/** A program that takes too long to follow. */
export class FlowLimitError extends Error {
  override readonly name = 'FlowLimitError';
}

/** A variable, and its value at this point. */
export interface FoundVariable {
  readonly slot: Slot;
  readonly value: Value;
}

/** Returns the variable that a name stands for. */
export function findVariable(machine: Machine, name: string): FoundVariable | undefined {
  const { activation, state } = machine;
  // What a call reads of the frames around it is logged, names that they do not have included.
  let isOutside = false;
  for (let frame: Frame | undefined = machine.frame; frame !== undefined; frame = frame.parent) {
    const slot = isOutside ? frame.slot(name) : frame.known(name);
    const value = slot && state.variable(slot);
    if (slot !== undefined && value !== undefined) return { slot, value };
    if (frame === activation.frame && activation.code !== undefined) isOutside = true;
  }
  return undefined;
}

/** Enters a block, which has variables of its own. Returns the frame around it. */
export function enterBlock(machine: Machine): Frame {
  const outer = machine.frame;
  machine.frame = new Frame(machine.newId(), outer, outer.owner ?? outer);
  return outer;
}

/** Makes an object and returns the value that is it. */
export function newObject(
  machine: Machine,
  object: Partial<HeapObject> & Pick<HeapObject, 'isList'>,
): Pick<Value, 'objects'> {
  const id = machine.newId();
  machine.state.setObject(id, { fields: new Map(), rest: undefined, ...object });
  return { objects: [id] };
}

const MAX_DEPTH = 4;

/** Returns the untrusted data in a value and in all its parts. */
export function deepTaints(machine: Machine, value: Value, depth = MAX_DEPTH): readonly Taint[] {
  if (value.objects.length === 0 || depth === 0) return value.taints;
  const all: Taint[] = [...value.taints];
  for (const part of partsOf(machine, value)) {
    for (const one of deepTaints(machine, part, depth - 1)) {
      const isKnown = all.some(
        ({ origin, source, cleared }) =>
          origin.start === one.origin.start && source === one.source && cleared === one.cleared,
      );
      if (!isKnown) all.push(one);
    }
  }
  return all;
}

/** Returns the values of the fields of all objects that a value may be. */
export function partsOf(machine: Machine, value: Value): readonly Value[] {
  const parts: Value[] = [];
  for (const id of value.objects) {
    const object = machine.state.object(id);
    if (object === undefined) continue;
    for (const part of object.fields.values()) parts.push(part);
    if (object.rest !== undefined) parts.push(object.rest);
  }
  return parts;
}

/**
 * Returns the limit that ended the following; `undefined` for an error that is none of the program.
 */
export function limitOf(error: unknown): string | undefined {
  if (error instanceof FlowLimitError) return error.message;
  // Deep expressions in functions that call one another exhaust the stack.
  return error instanceof RangeError && error.message.includes('call stack')
    ? 'it is nested too deep'
    : undefined;
}
