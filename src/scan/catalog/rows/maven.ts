/** Java: archives, and the files of Maven, Gradle and sbt. */

import { ARCHIVES_OF_ANY_NAME, BACKUP_SUFFIXES } from '../archive-names.ts';
import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

const SCRIPT_TEXTS = ['//DEPS', '//> using', '@Grab', 'DependsOn', '$ivy'];

/**
 * The rows of the catalogers below `catalog/maven/`. A file that several rows want is read by
 * each, in this order.
 */
export const MAVEN_ROWS: readonly CatalogerRow[] = [
  {
    id: 'maven/jar',
    ecosystem: 'maven',
    presence: 'installed',
    isArchive: true,
    files: {
      isReadInPlace: true,
      // A class loader takes `.Jar` as well.
      windowsSuffixes: [
        ...['.jar', '.war', '.ear', '.par', '.sar', '.hpi', '.jpi', '.kar', '.aar'],
        // Apache NiFi and Liferay.
        ...['.nar', '.lpkg'],
      ],
    },
    version: 4,
    load: async () => (await import('../maven/jar.ts')).jar,
  },
  {
    id: 'maven/zip',
    ecosystem: 'maven',
    presence: 'installed',
    files: {
      isReadInPlace: true,
      windowsSuffixes: ['.zip', ...BACKUP_SUFFIXES],
      magics: ['PK\u0003\u0004'],
      scripts: [ARCHIVES_OF_ANY_NAME],
    },
    version: 3,
    load: async () => (await import('../maven/zip.ts')).javaZip,
  },
  {
    // Applications of any name behind a launcher: Spring Boot puts a shell script there, others a
    // program of Windows.
    id: 'maven/launcher',
    ecosystem: 'maven',
    presence: 'installed',
    files: {
      isReadInPlace: true,
      magics: ['#!', 'MZ'],
      markers: ['META-INF/MANIFEST.MF', 'META-INF/maven/'],
    },
    version: 2,
    load: async () => (await import('../maven/launcher.ts')).launcher,
  },
  {
    id: 'maven/pom',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    readsUtf16: true,
    files: { names: ['pom.xml'] },
    version: 2,
    load: async () => (await import('../maven/pom.ts')).pom,
  },
  {
    id: 'maven/gradle-build',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: {
      names: ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
      // Builds of other names, and scripts that a build applies.
      scripts: [{ suffixes: ['.gradle', '.kts'], texts: ['dependencies'] }],
    },
    companions: { names: ['gradle.properties'], suffixes: ['.versions.toml'] },
    version: 5,
    load: async () => (await import('../maven/gradle-build.ts')).gradleBuild,
  },
  {
    id: 'maven/other-build',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['ivy.xml', 'deps.edn', 'project.clj', 'build.sc', 'build.mill'] },
    version: 1,
    load: async () => (await import('../maven/other-build.ts')).otherBuild,
  },
  {
    id: 'maven/sbt-build',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: {
      names: ['build.sbt'],
      suffixes: ['.scala'],
      below: '/project/',
      // sbt reads every such file of a project.
      scripts: [{ suffixes: ['.sbt'], texts: ['libraryDependencies'] }],
    },
    version: 4,
    load: async () => (await import('../maven/sbt-build.ts')).sbtBuild,
  },
  {
    id: 'maven/script',
    ecosystem: 'maven',
    presence: 'declared',
    isScript: true,
    files: {
      scripts: [
        {
          suffixes: ['.java', '.kt', '.kts', '.groovy', '.sc', '.scala', '.jsh'],
          texts: SCRIPT_TEXTS,
          // Builds compile what lies there: the standard layout, and packages named after domains.
          notBelow: ['/src/main/', '/src/test/', '/com/', '/io/', '/net/', '/org/'],
        },
      ],
      magics: ['#!', '///usr/bin/env jbang', '//usr/bin/env jbang'],
      markers: SCRIPT_TEXTS,
    },
    version: 1,
    load: async () => (await import('../maven/script.ts')).jvmScript,
  },
  {
    id: 'maven/gradle-lockfile',
    ecosystem: 'maven',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, suffixes: ['gradle.lockfile', '/dependency-locks/'] },
    version: 2,
    load: async () => (await import('../maven/gradle-lockfile.ts')).gradleLockfile,
  },
  {
    id: 'maven/gradle-verification',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    readsUtf16: true,
    files: { names: ['verification-metadata.xml'] },
    companions: { names: ['gradle.lockfile'] },
    version: 1,
    load: async () => (await import('../maven/gradle-verification.ts')).gradleVerification,
  },
  {
    id: 'maven/gradle-catalog',
    ecosystem: 'maven',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { suffixes: ['.versions.toml'] },
    version: 1,
    load: async () => (await import('../maven/gradle-catalog.ts')).gradleCatalog,
  },
  {
    id: 'maven/sbt-lock',
    ecosystem: 'maven',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['build.sbt.lock'] },
    version: 2,
    load: async () => (await import('../maven/sbt-lock.ts')).sbtLock,
  },
];
