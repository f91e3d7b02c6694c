import { describe, expect, it } from 'vitest';

import { aPackage } from '../../../test/support/model.ts';
import { PROGRAM_RELEASE_LINES } from '../../core/model/program/program-releases.ts';
import { endOfLifeProgramNotes } from './end-of-life.ts';

const NOW = Date.parse('2026-11-26T00:00:00Z');

describe('endedProgramNotes', () => {
  it.each([
    ['python', '3.9.18', '2026-11-26', 1],
    ['python', '3.9.18', '2025-10-31', 0],
    ['python', '3.9.18', '2025-11-01', 1],
    ['python', '3.13.5', '2026-11-26', 0],
    ['python', '3.1.2', '2026-11-26', 0],
    ['openssl', '1.1.1w', '2026-11-26', 1],
    ['openssl', '3.5.9', '2026-11-26', 0],
    ['openjdk', '1.8.0_392', '2026-11-26', 0],
    ['openjdk', '19.0.2', '2026-11-26', 1],
    ['postgresql', '9.6.24', '2026-11-26', 1],
    ['nginx', '1.0.0', '2026-11-26', 0],
    ['python', '', '2026-11-26', 0],
  ])('of %s %s on %s: %i', (name, version, day, count) => {
    const pkg = aPackage(name, version, { ecosystem: 'program' });
    expect(endOfLifeProgramNotes([pkg], Date.parse(`${day}T12:00:00Z`))).toHaveLength(count);
  });

  it('says it once for each line, of the runtimes of Node.js and Go too, and is no gap', () => {
    const notes = endOfLifeProgramNotes(
      [
        aPackage('node', '18.20.1', { ecosystem: 'node' }),
        aPackage('node', '18.1.0', { ecosystem: 'node' }),
        aPackage('stdlib', '1.21.5', { ecosystem: 'go', presence: 'embedded' }),
        aPackage('node', '18.0.0', { ecosystem: 'npm' }),
      ],
      NOW,
    );
    expect(notes.map(({ message, gap }) => [message, gap])).toEqual([
      [
        'node 18 has not been maintained by its project since 2025-04-30: found is 18.20.1',
        undefined,
      ],
      [
        'go 1.21 has not been maintained by its project since 2024-08-13: found is 1.21.5',
        undefined,
      ],
    ]);
  });

  it('leaves what the system ships to the system', () => {
    const stdlib = aPackage('stdlib', '1.21.5', { ecosystem: 'go', presence: 'embedded' });
    const pkg = { ...stdlib, ownedBy: 'pkg:deb/debian/a@1' };
    expect(endOfLifeProgramNotes([pkg], NOW)).toEqual([]);
  });

  it('has real days, each line once', () => {
    for (const [program, rows] of PROGRAM_RELEASE_LINES) {
      expect(new Set(rows.map(({ line }) => line)).size, program).toBe(rows.length);
      for (const { supportedUntil } of rows) {
        expect(new Date(`${supportedUntil}T00:00:00Z`).toISOString().slice(0, 10)).toBe(
          supportedUntil,
        );
      }
    }
  });
});
