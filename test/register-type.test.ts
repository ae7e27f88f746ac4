import { expect, it } from 'vitest'
import { python } from '../src/index.js'

class Point {
  constructor(
    readonly x: unknown,
    readonly y: unknown,
  ) {}
}

it('refuses instances of a class that is not registered, with the way to do it', () => {
  expect(() => python.builtins.repr(new Point(1, 2))).toThrow(/an instance of class Point.*registerType/)
})

it('converts both ways, inside containers and inside each other', async () => {
  const shapes = python.import('./python/shapes.py')
  const PythonPoint = await shapes.Point
  await python.registerType(PythonPoint, {
    export: 'lambda point: (point.x, point.y)',
    toJs: ([x, y]) => new Point(x, y),
    class: Point,
    toPython: (point) => PythonPoint(point.x, point.y),
  })
  expect(await PythonPoint(1, 2)).toEqual(new Point(1, 2))
  expect(await python.builtins.list([shapes.Point3(1, 2)])).toEqual([new Point(1, 2)])
  expect(await python.builtins.repr([new Point(1, new Point(2, 3))])).toBe('[Point(1, Point(2, 3))]')
  expect(python.sync.builtins.repr({ a: new Point(1, 2) })).toBe("{'a': Point(1, 2)}")
})

it('hands on what toJs throws', async () => {
  const Fraction = await python.eval('type("Odd", (), {})')
  await python.registerType(Fraction, {
    toJs: () => {
      throw new RangeError('odd')
    },
  })
  await expect(Promise.resolve(Fraction())).rejects.toThrow(RangeError)
  expect(await python.builtins.len([])).toBe(0)
})

it('refuses halves of a conversion', async () => {
  await expect(python.registerType(python.builtins.int, { class: Point })).rejects.toThrow('together')
  await expect(python.registerType(python.eval('3'), { toJs: () => 1 })).rejects.toThrow('expected a Python class')
})
