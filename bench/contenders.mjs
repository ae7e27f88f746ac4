// The contenders in the order of the table. Each is a file in contenders/ that exports `open(settings)`,
// `trials` (operations by trial name), perhaps `measured` (metrics by trial name), and `close(opened)`.
export const contenders = {
  snakebridge: 'SnakeBridge',
  floor: 'Floor (N-API)',
  'plain-python': 'Plain Python',
  'node-calls-python': 'node-calls-python',
  pymport: 'pymport',
  pythonia: 'pythonia',
  pyodide: 'pyodide',
  'grpc-unix': 'gRPC, unix socket',
  'grpc-tcp': 'gRPC, TCP',
  'json-lines': 'JSON lines, child process',
  'json-text': 'JSON text, no transport',
}
