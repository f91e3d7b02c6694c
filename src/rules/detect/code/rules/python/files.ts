/**
 * Where programs in Python open, move and remove files: the documentation of Python 3.13 (os, io,
 * pathlib, shutil, tempfile, archives), Flask, Django, Starlette, aiohttp, Pillow, NumPy, pandas
 * and of the libraries that the names say.
 */

import type { SinkData } from '../../../../flow/rules.ts';
import { each, first, named, second } from './calls.ts';

/** Sinks of paths. */
export const PYTHON_PATHS: readonly SinkData[] = [
  ...first(
    `open|file io.open|file io.FileIO|file codecs.open|filename os.open|path aiofiles.open|file anyio.open_file
    gzip.open|filename gzip.GzipFile|filename bz2.open|filename bz2.BZ2File|filename lzma.open|filename lzma.LZMAFile|filename
    ${each('os', 'remove|path unlink|path rmdir|path removedirs listdir|path scandir|path makedirs|name mkdir|path rename|src renames replace|src walk|top symlink|src link|src truncate|path chmod|path chown|path')}
    glob.glob|pathname glob.iglob|pathname
    ${each('shutil', 'rmtree|path copy|src copyfile|src copy2|src copytree|src move|src make_archive|base_name')}
    aiofiles.os.remove aiofiles.os.unlink flask.send_file|path_or_file quart.send_file
    flask.send_from_directory|directory quart.send_from_directory
    django.http.FileResponse fastapi.responses.FileResponse|path starlette.responses.FileResponse|path aiohttp.web.FileResponse|path
    sanic.response.file sanic.response.file_stream linecache.getlines|filename linecache.getline|filename
    configparser.ConfigParser().read|filenames configparser.RawConfigParser().read|filenames
    logging.FileHandler|filename logging.handlers.RotatingFileHandler|filename fileinput.input|files
    sqlite3.connect|database dbm.open`,
  ),
  ...second(
    `${each('os', 'rename|dst renames replace|dst symlink|dst link|dst')} ${each('shutil', 'copy|dst copyfile|dst copy2|dst copytree|dst move|dst unpack_archive|extract_dir')}
    pandas.read_hdf`,
  ),
  // What is open or was uploaded is no path.
  ...first(
    `zipfile.ZipFile|file tarfile.open|name tarfile.TarFile|name numpy.load|file numpy.fromfile|file numpy.loadtxt|fname numpy.genfromtxt|fname
    ${each('pandas', 'read_csv|filepath_or_buffer read_excel|io read_parquet|path read_table')}
    PIL.Image.open|fp wave.open soundfile.read`,
    { when: 'file-name' },
  ),
  ...named(
    `${each(
      'tempfile',
      'NamedTemporaryFile TemporaryFile TemporaryDirectory mkdtemp mkstemp SpooledTemporaryFile',
    )
      .split(' ')
      .map((name) => `${name}|dir|prefix|suffix`)
      .join(' ')} django.core.files.storage.FileSystemStorage|location bottle.static_file|root`,
  ),
  ...first('PIL.Image.open().save|fp PIL.Image.new().save|fp'),
  ...first(each('pandas.DataFrame()', 'to_csv to_excel to_json to_parquet to_pickle')),
  // Frameworks do not change the names of files that are uploaded.
  ...first('$FILE.save|dst', { when: 'stored-upload' }),
  ...'read_text read_bytes write_text write_bytes unlink rmdir iterdir touch symlink_to hardlink_to glob rglob'
    .split(' ')
    .map((name) => ({ pattern: `$PATH.${name}(...)`, isReceiver: true })),
  ...'open mkdir rename replace chmod walk'.split(' ').map((name): SinkData => ({
    ...{ pattern: `$PATH.${name}(...)`, isReceiver: true, when: 'path-object' },
  })),
  ...first(
    each('pathlib.Path()', 'rename|target replace|target symlink_to|target hardlink_to|target'),
  ),
];
