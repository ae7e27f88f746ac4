// Which Python packages are installed, read from the `.dist-info` folders: no interpreter is started.

import { listFolder } from './files.js'

/** A package of the chosen Python. */
export interface InstalledPackage {
  name: string
  version: string
  folder: string
}

/** Packages that programs usually come for; the doctor names those that are there. */
const ofInterest = new Set(
  (
    'numpy scipy pandas scikit_learn matplotlib pyarrow polars duckdb torch tensorflow jax transformers peft trl datasets ' +
    'unsloth ray joblib pillow grpcio onnxruntime xgboost lightgbm opencv_python'
  ).split(' '),
)

/** Packages whose compiled modules define or import names that Node's executable exports too (OpenSSL, zlib, brotli, libuv, llhttp, c-ares). */
const sharedNames = new Set(
  'brotli uvloop aiohttp httptools pycares pillow lxml psycopg2_binary pyarrow grpcio cryptography'.split(' '),
)

export function installedPackages(sitePackages: string[]): InstalledPackage[] {
  const packages = new Map<string, InstalledPackage>()
  for (const folder of sitePackages) {
    for (const entry of listFolder(folder)) {
      const match = /^(.+)-([^-]+)\.dist-info$/.exec(entry)
      const name = match?.[1]?.toLowerCase().replace(/[-.]+/g, '_')
      // The first folder wins, as on sys.path.
      if (name && !packages.has(name)) packages.set(name, { name, version: match?.[2] ?? '', folder })
    }
  }
  return [...packages.values()].sort((a, b) => a.name.localeCompare(b.name))
}

export function packagesOfInterest(packages: InstalledPackage[]): InstalledPackage[] {
  return packages.filter(({ name }) => ofInterest.has(name))
}

export function packagesSharingNames(packages: InstalledPackage[]): string[] {
  return packages.filter(({ name }) => sharedNames.has(name)).map(({ name }) => name)
}
