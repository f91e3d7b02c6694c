/**
 * Follows the data of a program: the body of the file first, then each function that nothing in the
 * file has called. Rules look on through events.
 */

import { captured, type Entry } from './followed-later.ts';
import { keepFields } from './value/kept-fields.ts';
import { limitOf } from './machine.ts';
import { assign } from './assign.ts';
import { bindArguments } from './bind.ts';
import { escaping } from './value/escape.ts';
import { evaluate } from './evaluate.ts';
import type { ClassCode, Expression, FunctionCode, Program, Span } from './form.ts';
import { instantiate } from './value/instances.ts';
import {
  FlowLimitError,
  type Activation,
  type CallOptions,
  type EvaluatedArgument,
  type FlowEvent,
  type HandlerCall,
  type Machine,
} from './machine.ts';
import type { Models } from './models.ts';
import { listOf, withStep } from './value/objects.ts';
import { callFromOutside } from './outside.ts';
import { refine } from './refine/refine.ts';
import { refineByEnd } from './refine/refine-by-helper.ts';
import { answer, runBlock } from './run.ts';
import { joinInto, State, type ReadLog } from './value/state.ts';
import { mayCarry, Summaries } from './summaries.ts';
import type { Worth } from './worth.ts';
import {
  Frame,
  joinValues,
  NAMELESS,
  UNKNOWN,
  type ClassValue,
  type Closure,
  type Value,
} from './value/value.ts';

/**
 * Limits for following a program, in expressions and statements: the same program takes the same
 * number on every machine.
 */
export interface FlowLimits {
  /** Most steps for the body of the file, and for each function that something outside may call. */
  readonly maxEntrySteps: number;
  /** Most steps in all. */
  readonly maxSteps: number;
}

/** The program to follow, and its observers. */
export interface FlowRequest {
  readonly program: Program;
  readonly text: string;
  readonly models: Models;
  readonly limits: FlowLimits;
  /** Functions that nothing calls are followed only if they are worth it. */
  readonly worth: Worth;
  watch(event: FlowEvent, machine: Machine): void;
}

/** A function that was followed in part. */
export interface FlowGap {
  /** Empty for functions without a name; `undefined` for the body of the file. */
  readonly name: string | undefined;
  readonly span: Span;
  readonly why: string;
}

const MAX_CALL_DEPTH = 14;
const MAX_PLAIN_DEPTH = 4;
const MAX_RECURSION = 2;
/** Helpers are asked so deep within others. */
const MAX_ASKING = 2;
/** Handlers that are called a second time. */
const MAX_HANDLERS = 40;

/** Follows a program. Returns the functions that take more than the limits allow. */
export function follow(request: FlowRequest): readonly FlowGap[] {
  return new Run(request).all();
}

class Run implements Machine {
  readonly program: Program;
  readonly text: string;
  readonly models: Models;
  readonly followed = new Set<FunctionCode>();
  readonly handlers: HandlerCall[] = [];
  state = new State();
  frame = new Frame(0, undefined);
  activation: Activation;
  breakables: Machine['breakables'] = [];
  catchers: Machine['catchers'] = [];
  readonly #request: FlowRequest;
  readonly #found: Entry[] = [];
  readonly #seen = new Set<FunctionCode>();
  readonly #summaries: Summaries;
  readonly #instances = new Map<ClassCode, Value>();
  readonly #gaps: FlowGap[] = [];
  #active: readonly FunctionCode[] = [];
  #ids = 0;
  /** Helpers that are asked, one within another. */
  #asking = 0;
  #steps = 0;
  #lastStep = 0;

  constructor(request: FlowRequest) {
    this.#request = request;
    this.program = request.program;
    this.text = request.text;
    this.models = request.models;
    this.#summaries = new Summaries(request.worth);
    this.activation = {
      ...{ code: undefined, frame: this.frame, base: this.state, exits: [], returned: [] },
      ...{ yielded: [], handlerRefs: [], depth: 0 },
    };
  }

  /** The body of the file, then all functions that it does not call. */
  all(): readonly FlowGap[] {
    this.#within({ name: undefined, span: { start: 0, end: this.text.length } }, () => {
      this.runBlock(this.program.body());
    });
    this.state.isDead = false;
    this.#handleAgain();
    this.#request.worth.learn(this.#found.map(({ closure }) => closure.code));
    for (let next = this.#found.shift(); next !== undefined; next = this.#found.shift()) {
      const { closure, decorators, type } = next;
      const { code } = closure;
      // What the constructor stores may make its methods worth following.
      const made = type && this.#mayStore(type) ? this.#instanceOf(type) : undefined;
      if (!this.#isEntry(code)) continue;
      const self = made ?? (type && this.#instanceOf(type));
      const base = this.state;
      this.state = new State(base);
      this.#within(code, () => {
        callFromOutside(this, { ...closure, ...(self && { self }) }, decorators);
      });
      if (self !== undefined && keepFields(this, self, { code, base })) this.#learnFields(self);
      this.state = base;
    }
    return this.#gaps;
  }

  /** Returns whether the constructor of a class of Python is worth following. */
  #mayStore({ code }: ClassValue): boolean {
    if (this.program.language !== 'python') return false;
    const make = code.members.find(({ name }) => name === '__init__')?.value;
    return make?.kind === 'closure' && this.#request.worth.hasSource(make.code);
  }

  #learnFields(self: Value): void {
    const fields = self.objects.flatMap((id) => [...(this.state.object(id)?.fields ?? [])]);
    const names = fields.filter(([, value]) => mayCarry(this, value)).map(([name]) => name);
    if (this.program.language === 'python') this.#request.worth.learnFields(names);
  }

  /** Handles again: fields that one handler has stored are there for those before it, too. */
  #handleAgain(): void {
    const isStored = [...this.state.objects.values()].some(
      ({ fields, rest }) =>
        (rest !== undefined && rest.taints.length > 0) ||
        [...fields.values()].some(({ taints }) => taints.length > 0),
    );
    if (!isStored || this.handlers.length < 2) return;
    for (const { closure, args, options } of this.handlers.slice(0, MAX_HANDLERS)) {
      const base = this.state;
      this.state = new State(base);
      this.#within(closure.code, () => {
        this.call(closure, args, options);
      });
      this.state = base;
    }
  }

  /**
   * Returns whether a function is followed by itself. Functions that the file calls are followed
   * with their arguments, unless there were too many.
   */
  #isEntry(code: FunctionCode): boolean {
    const isKnown = this.followed.has(code) && !this.#summaries.roughlyKnown.has(code);
    return (!isKnown || code.isExported) && this.#request.worth.isWorth(code);
  }

  /**
   * Follows something with its own number of steps. What takes more, or is nested too deep, is a
   * gap.
   */
  #within({ name, span }: Pick<FlowGap, 'name' | 'span'>, run: () => void): void {
    const { state, frame, activation, breakables, catchers } = this;
    const active = this.#active;
    const { maxEntrySteps, maxSteps } = this.#request.limits;
    const [first, last] = [this.#steps, this.#lastStep];
    this.#lastStep = Math.min(this.#steps + maxEntrySteps, maxSteps);
    try {
      run();
    } catch (error) {
      const why = limitOf(error);
      if (why === undefined) throw error;
      this.#gaps.push({ name, span, why });
      Object.assign(this, { state, frame, activation, breakables, catchers });
      this.#active = active;
    }
    this.#lastStep = last + this.#steps - first;
  }

  spend(): void {
    this.#steps += 1;
    if (this.#steps > this.#lastStep) {
      const { maxSteps, maxEntrySteps } = this.#request.limits;
      throw new FlowLimitError(
        this.#steps > maxSteps
          ? `the file takes more than ${maxSteps} steps`
          : `it takes more than ${maxEntrySteps} steps`,
      );
    }
  }

  newId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  watch(event: FlowEvent): void {
    if (this.#asking > 0) return;
    this.#request.watch(event, this);
  }

  runBlock(block: Parameters<Machine['runBlock']>[0]): void {
    runBlock(this, block);
  }

  refine(test: Expression, truth: boolean): void {
    refine(this, test, truth);
  }

  refineByEnd(call: Parameters<Machine['refineByEnd']>[0]): void {
    refineByEnd(this, call);
  }

  assign(...args: Parameters<Machine['assign']>): void {
    assign(this, ...args);
  }

  instantiate(type: ClassValue, args: readonly EvaluatedArgument[], span: Span): Value {
    return instantiate(this, type, args, span);
  }

  evaluate(expression: Expression): Value {
    const value = evaluate(this, expression);
    if (expression.kind === 'closure') this.#note(expression.code, value.closures);
    if (expression.kind === 'class') this.#noteMethods(value.classes);
    return value;
  }

  #note(code: FunctionCode, closures: readonly Closure[]): void {
    if (this.#seen.has(code)) return;
    this.#seen.add(code);
    for (const closure of closures) this.#found.push(captured(closure));
  }

  /** Methods that nothing calls are called on one instance. */
  #noteMethods(types: readonly ClassValue[]): void {
    for (const type of types) {
      for (const { value } of type.code.members) {
        if (value.kind !== 'closure' || this.#seen.has(value.code)) continue;
        this.#seen.add(value.code);
        this.#found.push({ ...captured({ code: value.code, frame: type.frame }), type });
      }
    }
  }

  /** Returns an instance of a class that code outside may have made. */
  #instanceOf(type: ClassValue): Value {
    const known = this.#instances.get(type.code);
    if (known !== undefined) return known;
    const base = this.state;
    const end = new State(base);
    let self: Value = NAMELESS;
    this.#within(type.code, () => {
      this.state = end;
      self = instantiate(this, type, undefined, type.code.span);
    });
    this.state = base;
    for (const [id, object] of end.objects) base.setObject(id, object);
    this.#instances.set(type.code, self);
    this.#learnFields(self);
    return self;
  }

  call(closure: Closure, args: readonly EvaluatedArgument[], options: CallOptions = {}): Value {
    const { code } = closure;
    const self = closure.self ?? options.self;
    const isDeep = this.activation.depth >= this.#depthFor(args, self);
    if (isDeep || this.#active.filter((one) => one === code).length >= MAX_RECURSION) {
      return args.map(({ value }) => value).reduce(joinValues, UNKNOWN);
    }
    if (this.#asking === 0) this.followed.add(code);
    const key = { closure, args, self };
    if (options.question !== undefined) {
      this.#ask(closure, args, options);
      return UNKNOWN;
    }
    const mayBeKnown = options.handlerRefs === undefined;
    const known = mayBeKnown ? this.#summaries.recall(this, key) : undefined;
    if (known !== undefined) return known;
    const base = this.state;
    const log: ReadLog = { variables: new Map(), objects: new Map() };
    const firstId = this.#ids;
    const catcher = this.catchers.at(-1);
    const thrownBefore = catcher?.thrown.length ?? 0;
    this.state = new State(base, log);
    const value = this.#runBody(closure, args, { ...options, ...(self && { self }) });
    const handedOut = [value, ...(catcher?.thrown.slice(thrownBefore) ?? [])];
    const end = escaping({ end: this.state, base, handedOut, firstId });
    this.state = base;
    joinInto(base, [end]);
    // What a call returns that its own function makes is not all that it can return.
    if (mayBeKnown && this.#asking === 0 && !this.#active.includes(code)) {
      this.#summaries.keep(this, { ...key, log, value, end, firstId });
    }
    return value;
  }

  /** Follows a helper without any effect, only to see what its result says about its parameters. */
  #ask(closure: Closure, args: readonly EvaluatedArgument[], options: CallOptions): void {
    const { state, catchers } = this;
    if (this.#asking >= MAX_ASKING) return;
    this.#asking += 1;
    this.catchers = [];
    this.state = new State(new State(state));
    const self = closure.self ?? options.self;
    try {
      this.#runBody(closure, args, { ...options, ...(self && { self }) });
    } finally {
      this.#asking -= 1;
    }
    this.state = state;
    this.catchers = catchers;
  }

  /**
   * Calls without untrusted data or a request among their values are followed less deep: they are
   * the most by far.
   */
  #depthFor(args: readonly EvaluatedArgument[], self: Value | undefined): number {
    const isCarrying =
      args.some(({ value }) => mayCarry(this, value)) ||
      (self !== undefined && mayCarry(this, self));
    return isCarrying ? MAX_CALL_DEPTH : MAX_PLAIN_DEPTH;
  }

  /** Leaves the state of the end of the call in `state`, as one layer. */
  #runBody(closure: Closure, args: readonly EvaluatedArgument[], options: CallOptions): Value {
    const { code } = closure;
    const { frame, activation, breakables, catchers, state } = this;
    const active = this.#active;
    const own = new Frame(this.newId(), closure.frame);
    const mine: Activation = {
      ...{ code, frame: own, base: state, exits: [], returned: [], yielded: [] },
      ...{ handlerRefs: options.handlerRefs ?? [], depth: activation.depth + 1 },
      ...(options.question !== undefined && { question: options.question }),
    };
    const inner = new State(state);
    this.#active = [...active, code];
    this.frame = own;
    this.activation = mine;
    this.breakables = [];
    this.state = inner;
    bindArguments(this, closure, { args, self: options.self });
    // The arguments are what the parameters begin with, and not another value.
    options.question?.assigned.clear();
    this.runBlock(code.body());
    const ends = [...mine.exits];
    if (!this.state.isDead) {
      answer(this, UNKNOWN_END);
      ends.push(inner);
    }
    this.state = state;
    if (ends.length > 0) joinInto(state, ends);
    this.frame = frame;
    this.activation = activation;
    this.breakables = breakables;
    this.catchers = catchers;
    this.#active = active;
    const returned = mine.returned.length === 0 ? UNKNOWN : mine.returned.reduce(joinValues);
    return code.isGenerator
      ? listOf(this, mine.yielded.reduce(joinValues, UNKNOWN))
      : withStep(returned, code.span, code.name === '' ? 'returned' : `returned by "${code.name}"`);
  }
}

const UNKNOWN_END: Value = { ...UNKNOWN, constant: null };
