/** Writes brotli and gzip beside each text of a build, so that no request has to wait for them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXTS = /\.(js|css|svg|json)$/;
/** What is smaller takes one packet either way. */
const MIN_BYTES = 500;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** `api/rota/http/files.py` looks for files of these names. */
async function compress(file: string): Promise<void> {
  const text = await readFile(file);
  if (text.length < MIN_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  await writeFile(`${file}.br`, await brotli(text, { params }));
  await writeFile(`${file}.gz`, await gzipped(text, { level: constants.Z_BEST_COMPRESSION }));
}

export function compressed(): Plugin {
  return {
    name: "rota:compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const texts = Object.keys(bundle).filter((name) => TEXTS.test(name));
      await Promise.all(texts.map((name) => compress(join(dir, name))));
    },
  };
}
