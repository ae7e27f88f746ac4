// Reads the first bytes of a program or library: its format and the processors it was built for. Opening a library for another processor
// fails with the dynamic linker's words only ("wrong ELF class"), and starting such a program with the kernel's.
import { closeSync, openSync, readSync } from 'node:fs'

import { type Host, Refused } from './candidate.js'

export interface BinaryHeader {
  format: 'elf' | 'mach-o' | 'pe' | 'script' | 'unknown'
  /** In the words of `process.arch`; several for a universal Mach-O file. */
  architectures: string[]
}

const headerBytes = 4096
const elfMachines: Record<number, string> = {
  3: 'ia32',
  20: 'ppc',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  183: 'arm64',
  258: 'loong64',
}
const machCpuTypes: Record<number, string> = { 7: 'ia32', 12: 'arm', 16777223: 'x64', 16777228: 'arm64' }
const peMachines: Record<number, string> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' }

export function readBinaryHeader(file: string): BinaryHeader {
  return parseBinaryHeader(readStart(file))
}

/** Refuses what was built for other processors only. Scripts and unknown formats have none and pass. */
export function checkArchitecture(what: string, { architectures }: BinaryHeader, { arch }: Host): void {
  if (architectures.length === 0 || architectures.includes(arch)) return
  const hint = `Install a Python for ${arch}, or a Node for ${architectures.join(' or ')}.`
  throw new Refused(
    'other_architecture',
    `${what} was built for ${architectures.join(', ')}; this Node is ${arch}.`,
    hint,
  )
}

/** The bytes that an ELF file of this processor must have at least; 0 for other formats, which the linker checks itself. */
export function leastBytes(file: string): number {
  const bytes = readStart(file)
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return 0
  const [table, entrySize, entries] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ]
  const segments = Array.from({ length: entries }, (_, index) => table + index * entrySize)
    .filter((entry) => entry + 40 <= bytes.length)
    .map((entry) => Number(bytes.readBigUInt64LE(entry + 8) + bytes.readBigUInt64LE(entry + 32)))
  return Math.max(table + entrySize * entries, ...segments)
}

export function parseBinaryHeader(bytes: Buffer): BinaryHeader {
  const magic = bytes.length >= 20 ? bytes.readUInt32BE(0) : 0
  if (magic === 0x7f454c46) return { format: 'elf', architectures: [elfArchitecture(bytes)] }
  if (magic === 0xcffaedfe || magic === 0xcefaedfe)
    return { format: 'mach-o', architectures: [name(machCpuTypes, bytes.readUInt32LE(4))] }
  if (magic === 0xcafebabe) return { format: 'mach-o', architectures: universalArchitectures(bytes) }
  if (bytes.toString('latin1', 0, 2) === 'MZ') return peHeader(bytes)
  return { format: bytes.toString('latin1', 0, 2) === '#!' ? 'script' : 'unknown', architectures: [] }
}

function readStart(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(headerBytes)
    return bytes.subarray(0, readSync(descriptor, bytes, 0, headerBytes, 0))
  } finally {
    closeSync(descriptor)
  }
}

function elfArchitecture(bytes: Buffer): string {
  const machine = bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18)
  const wide = bytes[4] === 2
  if (machine === 62) return wide ? 'x64' : 'x32'
  if (machine === 243) return wide ? 'riscv64' : 'riscv32'
  return name(elfMachines, machine)
}

function universalArchitectures(bytes: Buffer): string[] {
  const count = Math.min(bytes.readUInt32BE(4), Math.floor((bytes.length - 8) / 20))
  return Array.from({ length: count }, (_, index) => name(machCpuTypes, bytes.readUInt32BE(8 + 20 * index)))
}

function peHeader(bytes: Buffer): BinaryHeader {
  const offset = bytes.length >= 0x40 ? bytes.readUInt32LE(0x3c) : bytes.length
  if (offset + 6 > bytes.length || bytes.toString('latin1', offset, offset + 2) !== 'PE')
    return { format: 'unknown', architectures: [] }
  return { format: 'pe', architectures: [name(peMachines, bytes.readUInt16LE(offset + 4))] }
}

function name(table: Record<number, string>, value: number): string {
  return table[value] ?? `machine 0x${value.toString(16)}`
}
