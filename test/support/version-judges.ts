/**
 * Package managers as judges of versions: each compares pairs of versions and says whether a range
 * holds a version, with its own code. Their answers are the expectation, and the readers of
 * `version/` are compared with them.
 */

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { missingForInterop } from './interop.ts';
import { run, toolPath } from './tools.ts';

/** A question: two versions, or a version and a range. */
export type Question = readonly [kind: 'compare' | 'contains', first: string, second: string];

/** `<`, `=`, `>`, `in`, `out`; `?` where the judge refuses one of the texts. */
export type Answer = '<' | '=' | '>' | 'in' | 'out' | '?';

/** A package manager that answers questions. */
export interface VersionJudge {
  readonly name: string;
  /** Names what is missing on this machine; absent where it can judge. */
  readonly missing: string | undefined;
  readonly answer: (questions: readonly Question[]) => readonly Answer[];
}

/** Reads lines `compare<TAB>a<TAB>b`; prints one answer a line. */
const NODE = `
const semver = require(process.argv[1]);
const sign = (n) => (n < 0 ? '<' : n > 0 ? '>' : '=');
for (const line of require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1)) {
  const [kind, a, b] = line.split('\\t');
  const known = semver.valid(a) && (kind === 'compare' ? semver.valid(b) : semver.validRange(b) !== null);
  console.log(!known ? '?' : kind === 'compare' ? sign(semver.compare(a, b)) : semver.satisfies(a, b) ? 'in' : 'out');
}`;
const PYTHON = `
import sys
try:
    from packaging.version import Version, InvalidVersion
    from packaging.specifiers import SpecifierSet, InvalidSpecifier
except ImportError:
    from pip._vendor.packaging.version import Version, InvalidVersion
    from pip._vendor.packaging.specifiers import SpecifierSet, InvalidSpecifier
for line in sys.stdin.read().split('\\n')[:-1]:
    kind, a, b = line.split('\\t')
    try:
        if kind == 'compare':
            x, y = Version(a), Version(b)
            print('<' if x < y else '>' if x > y else '=')
        else:
            Version(a)
            print('in' if SpecifierSet(b).contains(a, prereleases=True) else 'out')
    except (InvalidVersion, InvalidSpecifier):
        print('?')
`;
const RUBY = `
STDIN.read.split("\\n").each do |line|
  kind, a, b = line.split("\\t", -1)
  begin
    raise ArgumentError, a if a.to_s.empty?
    x = Gem::Version.new(a)
    if kind == 'compare'
      puts({ -1 => '<', 0 => '=', 1 => '>' }[x <=> Gem::Version.new(b)])
    else
      puts Gem::Requirement.new(b.split(',').map(&:strip)).satisfied_by?(x) ? 'in' : 'out'
    end
  rescue ArgumentError
    puts '?'
  end
end`;
const JAVA = `
import java.util.Scanner;
import org.apache.maven.artifact.versioning.*;
public class Judge {
  public static void main(String[] args) throws Exception {
    Scanner in = new Scanner(System.in);
    StringBuilder out = new StringBuilder();
    while (in.hasNextLine()) {
      String[] part = in.nextLine().split("\\t", -1);
      if (part[0].equals("compare")) {
        int order = new ComparableVersion(part[1]).compareTo(new ComparableVersion(part[2]));
        out.append(order < 0 ? "<" : order > 0 ? ">" : "=");
      } else {
        try {
          VersionRange range = VersionRange.createFromVersionSpec(part[2]);
          boolean has = range.hasRestrictions() ? range.containsVersion(new DefaultArtifactVersion(part[1]))
            : range.getRecommendedVersion().compareTo(new DefaultArtifactVersion(part[1])) == 0;
          out.append(has ? "in" : "out");
        } catch (InvalidVersionSpecificationException refused) {
          out.append("?");
        }
      }
      out.append("\\n");
    }
    System.out.print(out);
  }
}`;
const GO = `
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"judge/semver"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		part := strings.Split(in.Text(), "\\t")
		a, b := part[1], part[2]
		valid, compare := semver.IsValid, semver.Compare
		if strings.HasPrefix(a, "go") {
			valid, compare = version.IsValid, version.Compare
		}
		if !valid(a) || !valid(b) {
			fmt.Println("?")
		} else {
			fmt.Println(string("<=>"[compare(a, b)+1]))
		}
	}
}`;
const PHP = `
require $argv[1];
$parser = new Composer\\Semver\\VersionParser();
foreach (array_slice(explode("\\n", stream_get_contents(STDIN)), 0, -1) as $line) {
  [$kind, $a, $b] = explode("\\t", $line);
  try {
    if ($kind === 'compare') {
      $x = $parser->normalize($a);
      $y = $parser->normalize($b);
      echo Composer\\Semver\\Comparator::lessThan($x, $y) ? '<' : (Composer\\Semver\\Comparator::greaterThan($x, $y) ? '>' : '='), "\\n";
    } else {
      echo Composer\\Semver\\Semver::satisfies($a, $b) ? 'in' : 'out', "\\n";
    }
  } catch (UnexpectedValueException $refused) {
    echo "?\\n";
  }
}`;
const ELIXIR = `
:stdio |> IO.read(:eof) |> String.split("\\n", trim: true) |> Enum.each(fn line ->
  [kind, a, b] = String.split(line, "\\t")
  try do
    case kind do
      "compare" -> IO.puts(%{lt: "<", eq: "=", gt: ">"}[Version.compare(a, b)])
      _ -> IO.puts(if Version.match?(a, b, allow_pre: true), do: "in", else: "out")
    end
  rescue
    _ -> IO.puts("?")
  end
end)`;
const DPKG = `
while IFS=$'\\t' read -r _ a b; do
  if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then echo '<'
  elif dpkg --compare-versions "$a" gt "$b" 2>/dev/null; then echo '>'; else echo '='; fi
done`;
const MAVEN_JARS = ['/usr/share/java/maven3-artifact.jar', '/usr/share/java/commons-lang3.jar'];
/** Below the include path of PHP, where Debian puts it. */
const COMPOSER = 'Composer/Semver/autoload.php';
const HAS_COMPOSER = `exit(stream_resolve_include_path('${COMPOSER}') === false ? 1 : 0);`;

/** node-semver, the copy that npm itself uses. */
export function npmJudge(): VersionJudge {
  const missing = missingForInterop('npm');
  return {
    name: 'npm',
    missing,
    answer: (questions) => {
      const npm = realpathSync(toolPath('npm') ?? '');
      const semver = path.join(path.dirname(npm), '../node_modules/semver');
      return ask(process.execPath, ['-e', NODE, semver], questions);
    },
  };
}

/** `packaging`, which pip uses. */
export function pythonJudge(): VersionJudge {
  return {
    name: 'packaging of Python',
    missing: missingForInterop('python3'),
    answer: (questions) => ask('python3', ['-c', PYTHON], questions),
  };
}

/**
 * Whether `packaging` is older than version 26, which took exclusive bounds with a suffix
 * (`>1.0a1`) by their release alone, and compared `===` with the canonical form.
 */
export function isOldPackaging(): boolean {
  const script =
    'try:\n import packaging\nexcept ImportError:\n import pip._vendor.packaging as packaging\nprint(packaging.__version__)';
  const [major = '0'] = run('python3', ['-c', script]).split('.', 1);
  return Number(major) < 26;
}

/** Gem::Version and Gem::Requirement. */
export function rubyJudge(): VersionJudge {
  return {
    name: 'RubyGems',
    missing: missingForInterop('ruby'),
    answer: (questions) => ask('ruby', ['-e', RUBY], questions),
  };
}

/** ComparableVersion and VersionRange of Maven. */
export function mavenJudge(): VersionJudge {
  const jar = MAVEN_JARS.find((file) => !existsSync(file));
  return {
    name: 'Maven',
    missing: missingForInterop('java', 'javac') ?? jar,
    answer: (questions) =>
      inFolder((folder) => {
        writeFileSync(path.join(folder, 'Judge.java'), JAVA);
        const classes = MAVEN_JARS.join(':');
        return ask('java', ['-cp', classes, path.join(folder, 'Judge.java')], questions);
      }),
  };
}

/** The order of modules and of toolchains; Go has no ranges. */
export function goJudge(): VersionJudge {
  return {
    name: 'Go',
    missing: missingForInterop('go'),
    answer: (questions) =>
      inFolder((folder) => {
        const root = run('go', ['env', 'GOROOT']).trim();
        mkdirSync(path.join(folder, 'semver'));
        const source = 'src/cmd/vendor/golang.org/x/mod/semver/semver.go';
        copyFileSync(path.join(root, source), path.join(folder, 'semver/semver.go'));
        writeFileSync(path.join(folder, 'go.mod'), 'module judge\n\ngo 1.22\n');
        writeFileSync(path.join(folder, 'main.go'), GO);
        return ask('go', ['run', '.'], questions, folder);
      }),
  };
}

/** composer/semver. */
export function composerJudge(): VersionJudge {
  const hasLibrary = spawnSync('php', ['-r', HAS_COMPOSER]).status === 0;
  const missing = missingForInterop('php') ?? (hasLibrary ? undefined : COMPOSER);
  return {
    name: 'Composer',
    missing,
    answer: (questions) => ask('php', ['-r', PHP, COMPOSER], questions),
  };
}

/** Version of Elixir, which Hex uses. */
export function elixirJudge(): VersionJudge {
  return {
    name: 'Elixir',
    missing: missingForInterop('elixir'),
    answer: (questions) => ask('elixir', ['-e', ELIXIR], questions),
  };
}

export function dpkgJudge(): VersionJudge {
  return {
    name: 'dpkg',
    missing: missingForInterop('dpkg', 'bash'),
    answer: (questions) => ask('bash', ['-c', DPKG], questions),
  };
}

/** Whole labels, `epoch:version-release`. */
export function rpmJudge(): VersionJudge {
  return {
    name: 'rpm',
    missing: missingForInterop('rpm'),
    answer: (questions) => {
      const calls = questions.map(
        ([, a, b]) =>
          `do local x, y = rpm.ver("${a}"), rpm.ver("${b}"); print(x < y and "<" or y < x and ">" or "=", "") end`,
      );
      const text = run('rpm', ['--eval', `%{lua: ${calls.join(' ')}}`]);
      return text.trim().split(/\s+/) as Answer[];
    },
  };
}

/**
 * The names of crates and, for each, a requirement; the versions that Cargo chooses of those that
 * there are.
 */
export function chosenByCargo(
  requirements: ReadonlyMap<string, string>,
  versions: readonly string[],
): ReadonlyMap<string, string> {
  return inFolder((folder) => {
    for (const name of requirements.keys()) {
      for (const version of versions) writeCrate(path.join(folder, 'vendor'), name, version);
    }
    const rows = [...requirements].map(([name, range]) => `${name} = ${JSON.stringify(range)}\n`);
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src/lib.rs'), '');
    writeFileSync(
      path.join(folder, 'Cargo.toml'),
      `[package]\nname = "judge"\nversion = "0.1.0"\n[dependencies]\n${rows.join('')}`,
    );
    mkdirSync(path.join(folder, '.cargo'));
    writeFileSync(
      path.join(folder, '.cargo/config.toml'),
      '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
    );
    run('cargo', ['generate-lockfile', '--offline'], folder);
    const lock = readFileSync(path.join(folder, 'Cargo.lock'), 'utf8');
    const found = lock.matchAll(/name = "(?<name>[^"]+)"\nversion = "(?<version>[^"]+)"/g);
    return new Map(
      [...found].map(({ groups }) => [groups?.['name'] ?? '', groups?.['version'] ?? '']),
    );
  });
}

function writeCrate(vendor: string, name: string, version: string): void {
  const crate = path.join(vendor, `${name}-${version}`);
  mkdirSync(path.join(crate, 'src'), { recursive: true });
  writeFileSync(
    path.join(crate, 'Cargo.toml'),
    `[package]\nname = "${name}"\nversion = "${version}"\n`,
  );
  writeFileSync(path.join(crate, 'src/lib.rs'), '');
  writeFileSync(path.join(crate, '.cargo-checksum.json'), '{"files":{}}');
}

function ask(
  command: string,
  args: readonly string[],
  questions: readonly Question[],
  cwd?: string,
): readonly Answer[] {
  const input = questions.map((question) => `${question.join('\t')}\n`).join('');
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod' };
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    env,
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd !== undefined && { cwd }),
  });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  const answers = done.stdout.trimEnd().split('\n') as Answer[];
  if (answers.length !== questions.length) {
    throw new Error(`${command} gave ${answers.length} answers to ${questions.length} questions`);
  }
  return answers;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-judge-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
