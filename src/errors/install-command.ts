// The command that installs a missing module into the environment in use.

/** Modules whose package on the index has another name. */
const packageNames: Readonly<Record<string, string>> = {
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
  fitz: 'pymupdf',
  git: 'gitpython',
  grpc: 'grpcio',
  jwt: 'pyjwt',
  PIL: 'pillow',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'pyyaml',
}

/** Undefined when the details do not say where to install: the module is part of one that is there, or of Python itself. */
export function installCommand(details: { module?: unknown; executable?: unknown; pip?: unknown }): string | undefined {
  if (typeof details.module !== 'string' || typeof details.executable !== 'string') return undefined
  const top = details.module.split('.', 1)[0] as string
  if (!/^\w+$/.test(top)) return undefined
  const name = Object.hasOwn(packageNames, top) ? packageNames[top] : top.replaceAll('_', '-')
  const python = /^[\w@%+=:,./\\-]+$/.test(details.executable) ? details.executable : `"${details.executable}"`
  return details.pip === true ? `${python} -m pip install ${name}` : `uv pip install --python ${python} ${name}`
}
