// Three handwritten digits of 8 × 8 pixels (scikit-learn's own data set, its first three rows), each with what it shows: what
// the service trials send, and what the answer must be.
const sheets = [
  '0 0 5 13 9 1 0 0 0 0 13 15 10 15 5 0 0 3 15 2 0 11 8 0 0 4 12 0 0 8 8 0 0 5 8 0 0 9 8 0 0 4 11 0 1 12 7 0 0 2 14 5 10 12 0 0 0 0 6 13 10 0 0 0',
  '0 0 0 12 13 5 0 0 0 0 0 11 16 9 0 0 0 0 3 15 16 6 0 0 0 7 15 16 16 2 0 0 0 0 1 16 16 3 0 0 0 0 1 16 16 6 0 0 0 0 1 16 16 6 0 0 0 0 0 11 16 10 0 0',
  '0 0 0 4 15 12 0 0 0 0 3 16 15 14 0 0 0 0 8 13 8 16 0 0 0 0 1 6 15 11 0 0 0 1 8 13 15 1 0 0 0 9 16 16 5 0 0 0 0 3 13 16 16 11 5 0 0 0 0 3 11 16 9 0',
]

export const digits = sheets.map((sheet, digit) => ({ digit, vector: sheet.split(' ').map((ink) => ink / 16) }))
