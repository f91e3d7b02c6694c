/** Values of flags with where they come from. */

import type { Flag } from './flag.ts';

/** From the strongest to the weakest; below all of them are the defaults. */
export type SettingSource = 'flag' | 'ASSAY' | 'TRIVY' | 'policy' | 'assay.yaml' | 'trivy.yaml';

/** The values of one flag and where they come from. */
export interface Setting {
  /**
   * Switches have the one value `true`; none where it is switched off, so that nothing weaker
   * switches it on.
   */
  readonly values: readonly string[];
  readonly from: SettingSource;
  /** For people: `--severity`, `ASSAY_SEVERITY`, `assay.yaml:12`. */
  readonly where: string;
}

/** By {@link Flag.name}. */
export type Settings = ReadonlyMap<string, Setting>;

/**
 * The values of a command's flags, from the command line or the environment. Names are those of
 * {@link Flag.name}.
 */
export interface FlagValues {
  isOn(name: string): boolean;
  /** Returns whether one of these flags is set, even if only to switch it off. */
  hasAny(flags: readonly Pick<Flag, 'name'>[]): boolean;
  /** Returns the last value given; `undefined` where the flag is absent. */
  text(name: string): string | undefined;
  /** Returns all values, split at commas, trimmed, empty ones left out. */
  list(name: string): readonly string[];
  /** Returns all values as written, one for each time the flag was given. */
  all(name: string): readonly string[];
  /** Returns the source of the flag's value; `undefined` if it is absent. */
  from(name: string): SettingSource | undefined;
  /** Returns the same for people: `--severity`, `ASSAY_SEVERITY`, `assay.yaml:12`. */
  where(name: string): string | undefined;
}

/**
 * Returns whether a setting may be meant for another tool, so that names of formats can have
 * another meaning.
 */
export function hasForeignSettings(settings: Settings): boolean {
  if (settings.has('compat')) return true;
  for (const { from } of settings.values()) {
    if (from === 'TRIVY' || from === 'trivy.yaml') return true;
  }
  return false;
}

/** Returns a table of settings as {@link FlagValues}. */
export function flagValues(settings: Settings): FlagValues {
  const all = (name: string): readonly string[] => settings.get(name)?.values ?? [];
  const given = (name: string): Setting | undefined => {
    const setting = settings.get(name);
    return setting?.values.length === 0 ? undefined : setting;
  };
  return {
    all,
    isOn: (name) => all(name).length > 0,
    hasAny: (flags) => settings.size > 0 && flags.some(({ name }) => settings.has(name)),
    text: (name) => all(name).at(-1),
    list: (name) =>
      all(name)
        .flatMap((value) => value.split(','))
        .map((value) => value.trim())
        .filter((value) => value !== ''),
    from: (name) => given(name)?.from,
    where: (name) => given(name)?.where,
  };
}
