/**
 * Headers in front of a tar member: extended headers and GNU long names, until the member takes
 * them.
 *
 * Source: POSIX.1-2017 `pax`; GNU tar manual, "Basic Tar Format"; read as the container runtimes
 * do, see `tar.ts`.
 */

import { untilNul } from './tar-header.ts';
import { NO_EXTENSION, type TarExtension } from './tar-entry.ts';
import { joinedRecords, parsePax, withoutPathRecords, type PaxRecords } from './tar-pax.ts';

/** Collects the extended headers in front of an entry: pax records and long names of GNU tar. */
export class ExtensionReader {
  readonly #archivePath: string;
  readonly #ignoresGlobals: boolean;
  #type = '';
  #global: PaxRecords = NO_EXTENSION.records;
  #local: PaxRecords = NO_EXTENSION.records;
  #longPath: string | undefined;
  #longLinkPath: string | undefined;

  constructor(options: { readonly archivePath: string; readonly ignoreGlobalHeaders?: boolean }) {
    this.#archivePath = options.archivePath;
    this.#ignoresGlobals = options.ignoreGlobalHeaders === true;
  }

  /** Returns whether something waits for the next member alone. */
  get hasOwn(): boolean {
    return this.#local.size > 0 || this.#longPath !== undefined || this.#longLinkPath !== undefined;
  }

  /** Returns whether nothing at all is to be applied to the next member. */
  get isEmpty(): boolean {
    return this.#global.size === 0 && !this.hasOwn;
  }

  /** Begins a header of this type, `x`, `g`, `L` or `K`, whose body is added next. */
  begin(typeFlag: string): void {
    this.#type = typeFlag;
  }

  /** @throws ParseError */
  add(body: Buffer): void {
    switch (this.#type) {
      case 'x':
        this.#local = parsePax(body, this.#archivePath);
        break;
      case 'g':
        // The runtimes take a global header for a member: what came in front of it is gone.
        this.forgetOwn();
        if (!this.#ignoresGlobals) {
          this.#global = withoutPathRecords(
            joinedRecords(this.#global, parsePax(body, this.#archivePath)),
          );
        }
        break;
      case 'L':
        this.#longPath = untilNul(body);
        break;
      case 'K':
        this.#longLinkPath = untilNul(body);
        break;
    }
  }

  /** Returns the extension for the next member; its own parts are forgotten. */
  take(): TarExtension {
    if (this.isEmpty) return NO_EXTENSION;
    // An empty value of a member's own record undoes the global one.
    const records =
      this.#global.size === 0 ? this.#local : joinedRecords(this.#global, this.#local);
    const extension = { records, longPath: this.#longPath, longLinkPath: this.#longLinkPath };
    this.forgetOwn();
    return extension;
  }

  forgetOwn(): void {
    this.#local = NO_EXTENSION.records;
    this.#longPath = undefined;
    this.#longLinkPath = undefined;
  }
}
