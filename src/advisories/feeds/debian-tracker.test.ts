import { describe, expect, it } from 'vitest';
import type { FeedReading } from './feed.ts';
import { debianTracker } from './debian-tracker.ts';

function read(issues: object): FeedReading {
  return debianTracker.read({ name: 'openssl', bytes: Buffer.from(JSON.stringify(issues)) });
}

function bookworm(state: object): FeedReading {
  return read({ 'CVE-2024-0001': { releases: { bookworm: state } } });
}

describe('debianTracker', () => {
  it('reads one issue in several releases', () => {
    const { advisories, skipped } = read({
      'CVE-2024-0001': {
        description: 'Something breaks.',
        scope: 'remote',
        debianbug: 1,
        releases: {
          bookworm: { status: 'resolved', fixed_version: '3.0.1-1', urgency: 'medium**' },
          trixie: { status: 'open', urgency: 'not yet assigned' },
          woody: { status: 'open', urgency: 'high' },
        },
      },
    });
    expect(skipped).toEqual(['Debian:woody']);
    expect(advisories).toEqual([
      {
        id: 'CVE-2024-0001',
        aliases: [],
        summary: '',
        details: 'Something breaks.',
        ratings: [],
        affected: [
          {
            ecosystem: 'debian',
            release: '12',
            name: 'openssl',
            ranges: [{ introduced: '0', fixed: '3.0.1-1' }],
            versions: [],
            status: 'fixed',
            ratings: [{ by: 'debian-tracker', severity: 'medium' }],
          },
          {
            ecosystem: 'debian',
            release: '13',
            name: 'openssl',
            ranges: [{ introduced: '0' }],
            versions: [],
            status: 'affected',
            ratings: [],
          },
        ],
        references: ['https://security-tracker.debian.org/tracker/CVE-2024-0001'],
        cwes: [],
        modifiedAt: '',
        feed: 'debian-tracker',
      },
    ]);
  });

  it.each<[string, object, object]>([
    [
      'never affected',
      { status: 'resolved', fixed_version: '0' },
      { status: 'notAffected', ranges: [] },
    ],
    [
      'open',
      { status: 'open', urgency: 'low' },
      { status: 'affected', ratings: [{ by: 'debian-tracker', severity: 'low' }] },
    ],
    [
      'open without an advisory',
      { status: 'open', nodsa: 'Minor issue', nodsa_reason: '' },
      { status: 'affected' },
    ],
    [
      'postponed',
      { status: 'open', nodsa: 'x', nodsa_reason: 'postponed' },
      { status: 'deferred' },
    ],
    ['ignored', { status: 'open', nodsa: 'x', nodsa_reason: 'ignored' }, { status: 'willNotFix' }],
    [
      'unimportant',
      { status: 'open', urgency: 'unimportant', nodsa_reason: 'ignored' },
      { status: 'unimportant', ratings: [{ by: 'debian-tracker', severity: 'low' }] },
    ],
    [
      'fixed though unimportant',
      { status: 'resolved', fixed_version: '1', urgency: 'unimportant' },
      { status: 'fixed', ratings: [{ by: 'debian-tracker', severity: 'low' }] },
    ],
    [
      'end of life',
      { status: 'open', urgency: 'end-of-life' },
      { status: 'endOfLife', ratings: [] },
    ],
    [
      'undetermined',
      { status: 'undetermined' },
      { status: 'underInvestigation', ranges: [{ introduced: '0' }] },
    ],
  ])('reads the state "%s"', (_title, state, expected) => {
    expect(bookworm(state).advisories[0]?.affected[0]).toMatchObject(expected);
  });

  it.each<[string, object, string]>([
    [
      'resolved without a version',
      { 'CVE-2024-0001': { releases: { sid: { status: 'resolved' } } } },
      'resolved without a version',
    ],
    [
      'an unknown state',
      { 'CVE-2024-0001': { releases: { sid: { status: 'odd' } } } },
      'an unknown state',
    ],
    ['no state', { 'CVE-2024-0001': { releases: { sid: null } } }, 'an unknown state'],
    ['no releases', { 'CVE-2024-0001': {} }, 'an issue without releases'],
    ['an id that is none', { __proto__x: { releases: {} } }, 'an issue without a valid id'],
  ])('rejects %s', (_title, issues, reason) => {
    const reading = read(issues);
    expect(reading.advisories).toEqual([]);
    expect(reading.rejected.map((item) => item.reason)).toEqual([reason]);
  });

  it('keeps temporary ids', () => {
    const { advisories } = read({
      'TEMP-0841856-B18BAF': { releases: { sid: { status: 'open' } } },
    });
    expect(advisories[0]?.affected[0]?.release).toBe('sid');
  });
});
