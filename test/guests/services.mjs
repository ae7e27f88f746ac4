// What a suite needs running beside it: each starts it, and gives { env, stop }, or { missing } with the reason.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'

export const services = { postgres }

/** A PostgreSQL server of its own that takes TLS connections only, with a certificate made for it. */
async function postgres() {
  const bin = findPostgres()
  if (!bin)
    return { missing: 'no PostgreSQL server is installed (initdb: not on the PATH, not in /usr/lib/postgresql)' }
  if (spawnSync('openssl', ['version']).status !== 0)
    return { missing: 'no openssl command to make a certificate with' }
  const user = serverUser()
  if (!user) return { missing: 'PostgreSQL refuses to run as root, and there is no user postgres or nobody' }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postgres-'))
  const data = path.join(folder, 'data')
  const port = await freePort()
  const run = (command, args) => runAs(user, folder, command, args)
  try {
    if (user.uid !== undefined) runHere('chown', [`${user.uid}:${user.gid}`, folder])
    chmodSync(folder, 0o711)
    run(path.join(bin, 'initdb'), ['-D', data, '-U', 'guest', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'])
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${data}/server.key`, '-out', `${data}/server.crt`]
    run('openssl', ['req', '-x509', ...key, '-days', '2', '-subj', '/CN=localhost', '-addext', names])
    writeFileSync(path.join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 trust\n')
    const options = `-c ssl=on -c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off`
    run(path.join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', path.join(folder, 'log'), '-o', options, 'start'])
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const certificate = path.join(folder, 'root.crt')
  runHere('cp', [path.join(data, 'server.crt'), certificate])
  chmodSync(certificate, 0o644)
  return {
    env: {
      PGHOST: 'localhost',
      PGHOSTADDR: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'guest',
      PGDATABASE: 'postgres',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: certificate,
    },
    stop() {
      run(path.join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function findPostgres() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => b - a) : []
  const folders = [...process.env.PATH.split(':'), ...versions.map((version) => path.join(debian, version, 'bin'))]
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')))
}

/** This process's user, or another one where that is root. */
function serverUser() {
  if (process.getuid() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((option) => spawnSync('id', [option, name], { encoding: 'utf8' }))
    if (ids.every(({ status }) => status === 0)) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) }
  }
  return undefined
}

const runHere = (command, args) => runAs({}, undefined, command, args)

function runAs(user, cwd, command, args) {
  // Not 'pipe': the server would hold the other ends.
  const { status, error } = spawnSync(command, args, { ...user, cwd, stdio: 'ignore' })
  if (status !== 0) throw error ?? new Error(`This failed (exit code ${status}): ${command} ${args.join(' ')}`)
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
