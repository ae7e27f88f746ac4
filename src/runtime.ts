// Which programs the addon can be loaded into.

/**
 * Throws in Bun and Deno: the addon is built on Node's event loop (libuv), of which they have parts only. Bun would end the
 * process at the first function that it lacks, Deno would refuse the binary.
 */
export function requireNode(): void {
  for (const [name, key] of [
    ['Bun', 'bun'],
    ['Deno', 'deno'],
  ] as const) {
    const version = process.versions[key]
    if (version !== undefined)
      throw new Error(
        `expected Node (or Electron) to run snakebridge in, got ${name} ${version}, which lacks functions of libuv ` +
          'that it is built on (uv_thread_create_ex): run this program with node',
      )
  }
}
