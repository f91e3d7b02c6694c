import { describe, expect, it } from 'vitest';
import type { Advisory } from '../model/advisory.ts';
import { chooseTexts } from './texts.ts';

function record(id: string, texts: Partial<Advisory> = {}): Advisory {
  return {
    id,
    aliases: [],
    summary: '',
    ratings: [],
    affected: [],
    references: [],
    cwes: [],
    modifiedAt: '2025-01-01T00:00:00Z',
    feed: 'osv',
    ...texts,
  };
}

const TITLED = record('GHSA-1', { summary: 'Overflow in bell' });
const DESCRIBED = record('PYSEC-1', { details: 'The printer of bell leaks. More is unknown.' });
const COMPLETE = record('RUSTSEC-1', { summary: 'Leak in bell', details: 'Memory of bell leaks.' });
const UPDATE = record('DSA-1-1', { summary: 'bell - security update', details: 'An update.' });
const SEVERAL = record('GHSA-2', {
  aliases: ['CVE-2025-0001', 'CVE-2025-0002'],
  summary: 'Two flaws',
  details: 'Both are fixed.',
});

describe('texts of a vulnerability', () => {
  it.each([
    ['one record with both', [COMPLETE], 'Leak in bell', 'Memory of bell leaks.'],
    [
      'a title before a record with both',
      [TITLED, COMPLETE],
      'Leak in bell',
      'Memory of bell leaks.',
    ],
    [
      'a title and a description of two records',
      [TITLED, DESCRIBED],
      'The printer of bell leaks.',
      'The printer of bell leaks. More is unknown.',
    ],
    ['a title only', [TITLED], 'Overflow in bell', undefined],
    ['blank details', [{ ...TITLED, details: ' \n' }], 'Overflow in bell', undefined],
    [
      'an update before a record of its own',
      [UPDATE, COMPLETE],
      'Leak in bell',
      'Memory of bell leaks.',
    ],
    ['an update and a title', [UPDATE, TITLED], 'Overflow in bell', undefined],
    [
      'a record of several CVEs and a description',
      [SEVERAL, DESCRIBED],
      'The printer of bell leaks.',
      'The printer of bell leaks. More is unknown.',
    ],
    ['only what gathers several', [UPDATE, SEVERAL], 'bell - security update', 'An update.'],
    ['no text at all', [record('CVE-2025-0003')], '', undefined],
  ])('come from one record: %s', (_case, records, title, description) => {
    expect(chooseTexts(records)).toEqual({
      title,
      ...(description === undefined ? {} : { description }),
    });
  });
});
