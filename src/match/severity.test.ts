import { describe, expect, it } from 'vitest';

import { anAdvisory } from '../../test/support/model.ts';
import type { Rating, Severity } from '../model/advisory.ts';
import { chooseSeverity } from './severity.ts';

/** `by severity`, with the version of a CVSS vector for a score. */
function rating(text: string): Rating {
  const [by = '', severity = '', cvss] = text.split(' ');
  const scored = { score: 5, vector: cvss === '2' ? 'AV:N' : `CVSS:${String(cvss)}/AV:N` };
  return { by, severity: severity as Severity, ...(cvss !== undefined && scored) };
}

describe('the default order', () => {
  it.each([
    ['a score of its own', ['own low', 'own high 3.1'], ['cna low 3.1'], 'own high'],
    ['the CNA', ['own low'], ['nvd high 3.1', 'cisa low 3.1', 'cna medium 3.1'], 'cna medium'],
    ['CISA', ['own low'], ['nvd high 3.1', 'cisa medium 3.1'], 'cisa medium'],
    ['NVD', ['own low'], ['redhat low', 'nvd high 3.1'], 'nvd high'],
    ['its own word', ['own low'], ['redhat high 3.1'], 'own low'],
    ['anybody else', [], ['redhat high 3.1', 'amazon low'], 'redhat high'],
    ['the newest CVSS', [], ['nvd low 2', 'nvd medium 3.1', 'nvd high 4.0'], 'nvd high'],
    ['a score rather than a word', [], ['nvd low', 'nvd high 2'], 'nvd high'],
    ['who rated it at all', ['own unknown 3.1'], ['nvd unknown 3.1', 'redhat low'], 'redhat low'],
    ['nobody', [], [], 'none unknown'],
  ])('takes %s', (_, own, others, expected) => {
    const record = anAdvisory('CVE-2024-0001', { ratings: own.map(rating) });
    const merged = { ...record, ratings: [...own, ...others].map(rating) };
    const { by, severity } = chooseSeverity([{ record, entries: [] }], merged, []);
    expect(`${by} ${severity}`).toBe(expected);
  });
});
