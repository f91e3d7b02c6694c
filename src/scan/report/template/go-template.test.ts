import { describe, expect, it } from 'vitest';

import { isGoTemplate } from './go-template.ts';

/**
 * Actions from the documentation of `text/template` and of Sprig's functions, which trivy's
 * templates use.
 */
describe('templates in Go', () => {
  it.each([
    '{{ . }}',
    '{{.}}',
    '{{ .Results }}',
    '{{- .Results -}}',
    '{{ range . }}{{ end }}',
    '{{- range $i, $x := .Results }}x{{ end }}',
    '{{ range .Results }}',
    '{{ if .X }}',
    '{{if .X}}T1{{else if .Y}}T0{{end}}',
    '{{ if eq (len .Vulnerabilities) 0 }}',
    '{{ if and .A .B }}',
    '{{ with $x := "output" | printf "%q" }}{{ $x }}{{ end }}',
    '{{ with and .A .B }}',
    '{{ $x := 1 }}',
    '{{ $ }}',
    '{{ $.Field }}',
    '{{ printf "%q" "output" }}',
    '{{ "output" | printf "%q" }}',
    '{{ "put" | printf "%s%s" "out" | printf "%q" }}',
    '{{ printf `%s` .X }}',
    '{{ len .Results }}',
    '{{ index .Results 0 }}',
    '{{ (index .Results 0).Target }}',
    '{{ not .X }}',
    '{{ escapeXML .Description }}',
    '{{ escapeXML $value }}',
    '{{ toLower (print "A") }}',
    '{{ list 1 2 3 | join "," }}',
    '{{ .X | replace "a" "b" }}',
    '{{ env "HOME" }}',
    '{{ template "name" . }}',
    '{{ define "T1" }}ONE{{ end }}',
    '{{ block "name" . }}',
    '{{/* a comment */}}',
    '{{- /* a comment with white space trimmed */ -}}',
    'text {{ end }}',
    'text {{else}} text',
    '{{ "{{" }}{{ .X }}',
    '{% raw %}a{% endraw %}{{ .X }}',
    '{{ $x := "}}" }}',
  ])('%s', (text) => {
    expect(isGoTemplate(text)).toBe(true);
  });
});

describe('templates in Liquid, and other texts', () => {
  it.each([
    '',
    'no tag',
    '{{ x }}',
    '{{x}}',
    '{{- x -}}',
    '{{-x-}}',
    '{{ verdict.status }}',
    '{{ results[0].artifact.reference | html }}',
    '{{ advisories[finding.advisoryId].summary | truncate: 20, "…" }}',
    '{{ "a" }}',
    "{{ '.Field' | append: '$x := 1' }}",
    '{{ "it\'s" | append: x }}',
    '{{ x | default: "range .X" }}',
    '{{ x | date : "%Y" }}',
    '{{ x | where: "a", b | size }}',
    '{{ a == b }}',
    '{{ a contains b }}',
    '{{ a and b or c }}',
    '{{ not a }}',
    '{{ a or "b" }}',
    '{{ block contains "x" }}',
    '{{ with and template }}',
    '{{ (1..5) }}',
    '{{ (a..b) | join: "," }}',
    '{{ ( a .. b ) }}',
    '{{ 5 }}{{ -5 }}{{ 1.5 }}',
    '{{ nil }}{{ true }}{{ empty }}',
    '{{ iffy }}{{ ranges }}{{ ending }}{{ with }}',
    '{% assign end = 1 %}{{ end }}',
    '{% for else in x %}{{ else }}{% endfor %}',
    '{% if a %}{% else %}{% endif %}',
    '{% raw %}{{ .X }}{{ range . }}{% endraw %}',
    '{%- raw -%}{{ .X }}{%- endraw -%}',
    '{% comment %}{{ printf "x" }}{% endcomment %}',
    '{% raw %}{{ .X }}',
    '<script>a = {{ x | json }}; b = { c: {} };</script>',
    '{{{ x }}}',
    '$x := .Field',
    'range . end',
    '{{ x',
  ])('%s', (text) => {
    expect(isGoTemplate(text)).toBe(false);
  });
});

it('takes a time that grows with the text alone', () => {
  const texts = ['{% raw %}', '{{', '{{ "', '{{ (', '{{ |', '{{ a ', '{%'].map((part) =>
    part.repeat(30_000),
  );
  const start = process.cpuUsage();
  for (const text of texts) isGoTemplate(text);
  const { user } = process.cpuUsage(start);
  expect(user / 1e6).toBeLessThan(3);
});
