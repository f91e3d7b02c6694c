/**
 * The small form of programs over which data is followed. Each language is lowered to it. Names are
 * resolved while a program is followed, so that the bodies of functions are lowered only when they
 * are called.
 */

/** A piece of a file. Offsets count UTF-16 code units; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value that is written in the program. */
export type Constant = string | number | boolean | null;

/** An argument of a call. */
export interface Argument {
  readonly value: Expression;
  /** Name of an argument that is passed by name. */
  readonly name?: string;
  /**
   * The argument holds several: `...list` or `*list`. With the name `**`: a map of named arguments.
   */
  readonly isSpread?: boolean;
}

/**
 * An entry of a map that is written in the program; without a key, all entries of the value are
 * meant.
 */
export interface RecordEntry {
  readonly key?: Expression;
  readonly value: Expression;
}

/** An element of a list that is written in the program. */
export interface ListItem {
  readonly value: Expression;
  readonly isSpread: boolean;
}

/** Something that has a value. */
export type Expression = { readonly span: Span } & (
  | { readonly kind: 'literal'; readonly value: Constant }
  /** A regular expression that is written in the program. */
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string }
  | { readonly kind: 'name'; readonly name: string }
  /** Something that is imported, by its qualified name: `child_process.exec`. */
  | { readonly kind: 'symbol'; readonly ref: string }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly object: Expression; readonly key: Expression }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly args: readonly Argument[];
      readonly isNew?: boolean;
    }
  | { readonly kind: 'record'; readonly entries: readonly RecordEntry[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  /** The parts, one behind another, as one text. */
  | { readonly kind: 'text'; readonly parts: readonly Expression[] }
  /** An addition: of numbers, or of texts. */
  | { readonly kind: 'sum'; readonly left: Expression; readonly right: Expression }
  /** A comparison, arithmetic or a negation: its value has nothing of the text of its operands. */
  | { readonly kind: 'operation'; readonly op: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  /** `and`, `or` and `??`. */
  | {
      readonly kind: 'logic';
      readonly op: 'and' | 'or' | 'nullish';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'closure'; readonly code: FunctionCode }
  | { readonly kind: 'class'; readonly code: ClassCode }
  | { readonly kind: 'assign'; readonly target: Target; readonly value: Expression }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  /** A comprehension: a list or a map of a value for each element. */
  | {
      readonly kind: 'each';
      readonly loops: readonly EachLoop[];
      readonly key?: Expression;
      readonly value: Expression;
    }
  /** `yield`. */
  | { readonly kind: 'yield'; readonly value: Expression }
  /** Something that is not modelled: what is untrusted in a part is untrusted in the whole. */
  | { readonly kind: 'opaque'; readonly parts: readonly Expression[] }
);

/** One `for` of a comprehension, with its conditions. */
export interface EachLoop {
  readonly target: Target;
  readonly iterable: Expression;
  readonly tests: readonly Expression[];
}

/** The expression of one kind. */
export type ExpressionOf<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** A name that a statement or a pattern gives a value to. */
export interface VariableTarget {
  readonly kind: 'variable';
  readonly span: Span;
  readonly name: string;
  /**
   * The scope that declares the variable; absent: the scope in which a variable of the name is
   * found.
   */
  readonly declares?: 'block' | 'function';
}

/** The target of a value. */
export type Target =
  | VariableTarget
  | ExpressionOf<'member'>
  | ExpressionOf<'index'>
  | {
      readonly kind: 'record-target';
      readonly span: Span;
      readonly entries: readonly TargetEntry[];
    }
  | {
      readonly kind: 'list-target';
      readonly span: Span;
      readonly items: readonly (TargetItem | undefined)[];
    };

/** A part of a map that is taken apart; without a key, the rest. */
export interface TargetEntry {
  readonly key?: Expression;
  readonly target: Target;
  readonly fallback?: Expression;
}

/** A part of a list that is taken apart. */
export interface TargetItem {
  readonly target: Target;
  readonly fallback?: Expression;
  readonly isRest: boolean;
}

/** Statements in their order. */
export type Block = readonly Statement[];

/** A statement. */
export type Statement =
  | { readonly kind: 'do'; readonly value: Expression; readonly isHoisted?: boolean }
  | { readonly kind: 'branch'; readonly test: Expression; readonly yes: Block; readonly no: Block }
  | {
      readonly kind: 'loop';
      /** The head of a loop over elements. `takes` selects the part of them. */
      readonly head?: {
        readonly target: Target;
        readonly iterable: Expression;
        readonly takes: 'elements' | 'keys';
      };
      readonly test?: Expression;
      readonly update?: Expression;
      readonly body: Block;
      readonly isTestedLast?: boolean;
      /** Runs when the loop ends without `break`. */
      readonly otherwise?: Block;
    }
  | {
      readonly kind: 'switch';
      readonly subject: Expression;
      /** `test` is absent for the default. Cases fall through to the next one unless they end. */
      readonly cases: readonly { readonly test?: Expression; readonly body: Block }[];
    }
  | { readonly kind: 'return'; readonly value?: Expression; readonly span: Span }
  | { readonly kind: 'throw'; readonly value?: Expression }
  | { readonly kind: 'break'; readonly label?: string }
  | { readonly kind: 'continue'; readonly label?: string }
  | { readonly kind: 'labeled'; readonly label: string; readonly body: Block }
  | {
      readonly kind: 'try';
      readonly body: Block;
      readonly handlers: readonly { readonly target?: Target; readonly body: Block }[];
      /** Runs if nothing is thrown. */
      readonly otherwise?: Block;
      readonly last?: Block;
    }
  | { readonly kind: 'block'; readonly body: Block };

/** A parameter of a function. */
export interface Parameter {
  readonly target: Target;
  readonly fallback?: Expression;
  /** Takes all remaining arguments: by position, or by name. */
  readonly rest?: 'list' | 'record';
  /** The type that the program declares. */
  readonly type?: Expression;
}

/** A function, whose body is lowered when it is needed. */
export interface FunctionCode {
  readonly span: Span;
  /** Empty for functions without a name. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** `this` is that of the function around it. */
  readonly isArrow: boolean;
  readonly isGenerator: boolean;
  /** Can be called from other files. */
  readonly isExported: boolean;
  readonly decorators: readonly Expression[];
  body(): Block;
}

/** A class. */
export interface ClassCode {
  readonly span: Span;
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly decorators: readonly Expression[];
  readonly members: readonly ClassMember[];
}

/** A member of a class. */
export interface ClassMember {
  readonly name: string;
  readonly value: Expression;
  readonly isStatic: boolean;
  /** `getter`: reading the member calls the function. */
  readonly role: 'method' | 'getter' | 'field';
}

/** A file in the small form. */
export interface Program {
  readonly language: 'javascript' | 'python';
  /** Returns the places of comments, and of texts that are only documentation, in order. */
  comments(): readonly Span[];
  /** @throws FlowLimitError if it is nested too deep */
  body(): Block;
}
