/** Statements of publishers about programs, merged into one statement per program. */

import type {
  Advisory,
  Affected,
  AffectedStatus,
  VersionRange,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';
import type { Program } from '../../core/model/program/program.ts';

/** More are not about one program; the largest record seen has some two hundred. */
const MAX_STATEMENTS = 2000;

/**
 * Placeholder of a bound that is not stated: no version can be compared with it, which is a gap.
 */
const NOT_SAID = 'not said';

/** From the first version on. */
const FIRST = '0';

/** Collects the versions of programs that a record of CVE or NVD names as affected or not. */
export class ProgramRanges {
  readonly #statements = new Map<Program, { ranges: VersionRange[]; versions: string[] }>();
  readonly #cleared = new Map<Program, { ranges: VersionRange[]; versions: string[] }>();
  readonly #vague = new Set<Program>();
  #count = 0;

  /** Adds the versions of a range. */
  addRange(program: Program, range: Partial<VersionRange>, status: Status = 'affected'): void {
    const { introduced = FIRST, ...end } = range;
    this.#of(program, status)?.ranges.push({ introduced, ...end });
  }

  addVersion(program: Program, version: string, status: Status = 'affected'): void {
    this.#of(program, status)?.versions.push(version);
  }

  /** Adds a program without a readable version. */
  addVague(program: Program): void {
    this.#vague.add(program);
  }

  /**
   * Returns one statement for each program; where something certain is said, what is vague beside
   * it says nothing.
   */
  affected(): readonly Affected[] {
    const certain = [...this.#statements].map(([program, said]) =>
      entry(program, said, 'affected'),
    );
    const cleared = [...this.#cleared]
      .filter(([program]) => this.#statements.has(program))
      .map(([program, said]) => entry(program, said, 'notAffected'));
    const vague = [...this.#vague]
      .filter((program) => !this.#statements.has(program) && !this.#cleared.has(program))
      .map((program) => {
        const ranges = [{ introduced: FIRST, lastAffected: NOT_SAID }];
        return entry(program, { ranges, versions: [] }, 'affected');
      });
    return [...certain, ...cleared, ...vague];
  }

  #of(
    program: Program,
    status: Status,
  ): { ranges: VersionRange[]; versions: string[] } | undefined {
    this.#count += 1;
    if (this.#count > MAX_STATEMENTS) {
      this.#vague.add(program);
      return undefined;
    }
    const map = status === 'affected' ? this.#statements : this.#cleared;
    const known = map.get(program) ?? { ranges: [], versions: [] };
    map.set(program, known);
    return known;
  }
}

type Status = Extract<AffectedStatus, 'affected' | 'notAffected'>;

function entry(
  { name, ecosystem = 'program' }: Program,
  said: Pick<Affected, 'ranges' | 'versions'>,
  status: Status,
): Affected {
  return { ecosystem, name, ...said, status, ratings: [] };
}

/** Returns the advisory of a record that gives facts besides. */
export function programAdvisory(
  facts: VulnerabilityFacts,
  affected: readonly Affected[],
): Advisory {
  const { id, feed, summary, details, ratings, references, cwes } = facts;
  const { publishedAt, modifiedAt, withdrawnAt } = facts;
  return {
    id,
    aliases: [],
    summary,
    ...(details !== undefined && { details }),
    ratings,
    affected,
    references,
    cwes,
    ...(publishedAt !== undefined && { publishedAt }),
    modifiedAt: modifiedAt ?? '',
    ...(withdrawnAt !== undefined && { withdrawnAt }),
    feed,
  };
}
