/**
 * Where programs in Python start other programs and run code: the documentation of Python 3.13 (os,
 * subprocess, asyncio, pty, code, timeit, profile, pdb) and of the libraries that the names say.
 */

import type { SinkData } from '../../../../flow/rules.ts';
import { each, first, second } from './calls.ts';

/**
 * A program that reads an argument as commands or code, and the option in front of that argument.
 */
const INTERPRETER = {
  SHELL:
    /(?:^|[/\\])(?:(?:ba|z|da|k|c|tc|a)?sh|busybox|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|python[\d.]*|node|perl|ruby|php|lua)$/iu,
  FLAG: /^(?:-\w*[cer]|\/[ck]|-command|--eval|--command)$/iu,
};

/** The list of a command that an interpreter reads, perhaps behind `env` or `sudo`. */
const LISTS = [
  '[$SHELL, $FLAG, $SINK, ...]',
  '[$ENV, $SHELL, $FLAG, $SINK, ...]',
  '[$ENV, $OPTION, $SHELL, $FLAG, $SINK, ...]',
];

const RUNS = each('subprocess', 'run call check_call check_output Popen').split(' ');

/** Sinks of commands. */
export const PYTHON_COMMANDS: readonly SinkData[] = [
  ...first(
    `os.system|command os.popen|cmd os.popen2 os.popen3 os.popen4 ${each('popen2', 'popen2 popen3 popen4 Popen3')}
    subprocess.getoutput|cmd subprocess.getstatusoutput|cmd commands.getoutput commands.getstatusoutput
    asyncio.create_subprocess_shell|cmd asyncio.subprocess.create_subprocess_shell|cmd asyncio.create_subprocess_exec|program
    pexpect.run|command pexpect.runu pexpect.spawn|command pexpect.spawnu pexpect.popen_spawn.PopenSpawn|cmd
    paramiko.SSHClient().exec_command|command paramiko.client.SSHClient().exec_command|command
    fabric.Connection().run|command fabric.Connection().sudo|command fabric.Connection().local|command
    fabric.connection.Connection().run fabric.api.run|command fabric.api.sudo|command fabric.api.local|command
    invoke.run|command invoke.Context().run|command invoke.Context().sudo|command invoke.context.Context().run
    asyncssh.connect().run|command pty.spawn os.startfile|filepath os.posix_spawn|path os.posix_spawnp|path
    ${each('os', 'execl execle execlp execlpe execv execve execvp execvpe')}`,
  ),
  ...second(each('os', 'spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe')),
  ...second(
    'docker.from_env().containers.run|command docker.DockerClient().containers.run|command',
  ),
  ...first('$CLIENT.exec_command|command', { confidence: 'medium' }),
  ...first('$CONTAINER.exec_run|cmd', { confidence: 'medium' }),
  ...second('$LOOP.subprocess_shell|cmd'),
  ...RUNS.flatMap((name): readonly SinkData[] => [
    { pattern: `${name}($SINK, ..., shell=True)` },
    { pattern: `${name}(args=$SINK, ..., shell=True)` },
    { pattern: `${name}([$SINK, ...], ...)` },
    { pattern: `${name}($SINK, ...)`, when: 'program' },
    { pattern: `${name}(..., args=$SINK)`, when: 'program' },
    ...LISTS.flatMap((list) => [`${name}(${list}, ...)`, `${name}(..., args=${list})`]).map(
      (pattern) => ({ pattern, where: INTERPRETER }),
    ),
  ]),
  ...[
    ...['asyncio.create_subprocess_exec($SHELL, $FLAG, $SINK, ...)'],
    ...['execl', 'execle', 'execlp', 'execlpe'].map(
      (name) => `os.${name}($FILE, $SHELL, $FLAG, $SINK, ...)`,
    ),
    ...['execv', 'execve', 'execvp', 'execvpe', 'posix_spawn', 'posix_spawnp'].map(
      (name) => `os.${name}($FILE, [$SHELL, $FLAG, $SINK, ...], ...)`,
    ),
    ...['spawnl', 'spawnle', 'spawnlp', 'spawnlpe'].map(
      (name) => `os.${name}($MODE, $FILE, $SHELL, $FLAG, $SINK, ...)`,
    ),
    ...['spawnv', 'spawnve', 'spawnvp', 'spawnvpe'].map(
      (name) => `os.${name}($MODE, $FILE, [$SHELL, $FLAG, $SINK, ...], ...)`,
    ),
    ...[
      'pty.spawn([$SHELL, $FLAG, $SINK, ...], ...)',
      'pexpect.spawn($SHELL, [$FLAG, $SINK], ...)',
    ],
  ].map((pattern) => ({ pattern, where: INTERPRETER })),
  ...['sh', 'bash', 'zsh'].map((name) => ({ pattern: `sh.${name}("-c", $SINK, ...)` })),
];

/** Sinks of code. */
export const PYTHON_CODE: readonly SinkData[] = [
  ...first(
    `eval exec compile execfile builtins.eval builtins.exec builtins.compile
    ${each('code.InteractiveInterpreter()', 'runsource runcode')} ${each('code.InteractiveConsole()', 'push runsource runcode')}
    codeop.compile_command|source timeit.timeit|stmt|setup timeit.repeat|stmt|setup timeit.Timer|stmt|setup
    ${each('cProfile', 'run runctx')} ${each('profile', 'run runctx')} ${each('pdb', 'run runeval runctx')} trace.Trace().run
    pandas.eval|expr ${each('pandas.DataFrame()', 'eval|expr query|expr')}
    ${each('pandas.read_csv()', 'eval|expr query|expr')} numexpr.evaluate|ex
    sympy.sympify|a sympy.S sympy.parse_expr sympy.parsing.sympy_parser.parse_expr
    asteval.Interpreter() asteval.Interpreter().eval js2py.eval_js execjs.eval execjs.compile`,
  ),
];

/** Sinks of names of modules and of their files. */
export const PYTHON_MODULES: readonly SinkData[] = [
  ...first(
    `importlib.import_module|name __import__|name importlib.__import__|name runpy.run_path|path_name runpy.run_module|mod_name
    pydoc.locate pkgutil.resolve_name|name werkzeug.utils.import_string django.utils.module_loading.import_string
    imp.load_module imp.find_module`,
  ),
  ...second(
    'imp.load_source imp.load_compiled importlib.util.spec_from_file_location|location importlib.machinery.SourceFileLoader|path importlib.machinery.SourcelessFileLoader|path',
  ),
];
