/**
 * The advisories that a registry decides by. They are opened anew when the data on disk has
 * changed.
 */

import type { Context } from '../core/base/context.ts';
import { errorMessage } from '../core/base/errors.ts';
import type { AdvisoryReader } from '../core/model/advisory/advisory.ts';

/** The source of advisories. */
export interface AdvisorySource {
  /** Opens what is loaded now. @throws AssayError as the base does */
  open(): Promise<AdvisoryReader>;
  /**
   * Names the data that would be opened. The same name means the same data. @throws AssayError for
   * a damaged base
   */
  state(): string;
}

/** Advisories with the name of their data. */
export interface OpenedAdvisories {
  readonly reader: AdvisoryReader;
  readonly state: string;
}

/** A watch of advisory data. */
export interface AdvisoryWatch {
  /**
   * Returns the present data. If it cannot be opened, the data that was opened last is used, and
   * the log says so.
   */
  current(): Promise<OpenedAdvisories>;
}

/** The state is read from disk at most this often. */
const CHECK_EVERY_MS = 1000;

/** Opens advisories for the first time. @throws AssayError as {@link AdvisorySource.open} */
export async function watchAdvisories(
  source: AdvisorySource,
  { now, log }: Pick<Context, 'now' | 'log'>,
): Promise<AdvisoryWatch> {
  let opened: OpenedAdvisories = { state: source.state(), reader: await source.open() };
  let checkedAt = now();
  let opening: Promise<void> | undefined;
  let failure = '';
  const refresh = async (): Promise<void> => {
    try {
      const state = source.state();
      if (state !== opened.state) opened = { state, reader: await source.open() };
      failure = '';
    } catch (error) {
      const message = errorMessage(error);
      if (message !== failure) log.warn(`older advisory data is used: ${message}`);
      failure = message;
    }
  };
  return {
    current: async () => {
      if (Math.abs(now() - checkedAt) >= CHECK_EVERY_MS) {
        checkedAt = now();
        opening ??= refresh().finally(() => (opening = undefined));
      }
      await opening;
      return opened;
    },
  };
}
