// PyTorch's modules in JavaScript, in an environment that has them.
import { expect, it } from 'vitest'
import { kw, type PythonInstance, type PythonReference, python } from '../src/index.js'
import { describeUnless, isMissing, noTorch } from './skipping.js'

function classes() {
  const torch = python.import('torch')
  const { nn } = torch
  class Net extends python.subclass(nn.Module) {
    declare fc1: PythonReference
    constructor(hidden = 8) {
      super()
      this.fc1 = nn.Linear(2, hidden)
      this.fc2 = nn.Linear(hidden, 1)
      this.register_buffer('scale', torch.ones(1))
    }
    forward(x: PythonReference, options: { negate?: boolean } = {}) {
      const y = torch.sigmoid(this.fc2(torch.tanh(this.fc1(x)))).$mul(this.scale)
      return options.negate ? y.$neg() : y
    }
  }
  class Pair extends python.subclass(nn.Module) {
    constructor() {
      super()
      this.nets = nn.ModuleList([new Net(2), new Net(3)])
    }
    forward(x: PythonReference) {
      return this.nets[0](x).$add(this.nets[1](x))
    }
  }
  const float32 = kw({ dtype: torch.float32 })
  const inputs = torch.tensor(
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    float32,
  )
  const labels = torch.tensor([[0], [1], [1], [0]], float32)
  return { torch, nn, Net, Pair, inputs, labels }
}

describeUnless(isMissing('torch'), noTorch)('a JavaScript class that extends torch.nn.Module', () => {
  it('registers what its constructor assigns', async () => {
    const { Net, Pair } = classes()
    const names = async (net: PythonInstance) => Array.from(await python.builtins.list(net.state_dict().keys()))
    const own = ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']
    expect(await names(new Net())).toEqual(['scale', ...own])
    const shapes: unknown[] = []
    for await (const [name, parameter] of new Net(3).named_parameters())
      shapes.push([name, await python.builtins.list(parameter.shape)])
    expect(shapes).toEqual([
      ['fc1.weight', [3, 2]],
      ['fc1.bias', [3]],
      ['fc2.weight', [1, 3]],
      ['fc2.bias', [1]],
    ])
    expect(await python.builtins.len(python.builtins.list(new Pair().parameters()))).toBe(8)
    expect((await names(new Pair())).slice(0, 2)).toEqual(['nets.0.scale', 'nets.0.fc1.weight'])
    expect(await new Net().$repr).toContain('(fc1): Linear(in_features=2, out_features=8, bias=True)')
  })

  it('is trained, saved and loaded', async () => {
    const { torch, nn, Net, inputs, labels } = classes()
    await torch.manual_seed(0)
    const net = new Net()
    const optimizer = torch.optim.Adam(net.parameters(), kw({ lr: 0.05 }))
    const losses: number[] = []
    for (let epoch = 0; epoch < 100; epoch++) {
      await optimizer.zero_grad()
      const loss = nn.functional.binary_cross_entropy(net.$call(inputs), labels)
      await loss.backward()
      await optimizer.step()
      losses.push(await loss.item())
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 10)
    const file = python.import('io').BytesIO()
    await torch.save(net.state_dict(), file)
    await file.seek(0)
    const other = new Net()
    await other.load_state_dict(torch.load(file))
    expect(await torch.equal(other.$call(inputs), net.$call(inputs))).toBe(true)
    expect(await torch.equal(net.$call(inputs, kw({ negate: true })), net.$call(inputs).$neg())).toBe(true)
  })

  it('changes its dtype and its mode, and is a part of other modules', async () => {
    const { torch, nn, Net, Pair, inputs } = classes()
    const net = new Net()
    expect(await net.to(torch.float64)).toBe(net)
    expect(await net.fc1.weight.dtype.$repr).toBe('torch.float64')
    expect(await net.$call(inputs.to(torch.float64)).dtype.$repr).toBe('torch.float64')
    await net.eval()
    expect(await net.training).toBe(false)
    expect(await nn.Sequential(new Pair(), nn.Linear(1, 3)).$call(inputs).shape.$repr).toBe('torch.Size([4, 3])')
  })

  it('records no gradients where the caller of its forward says so', async () => {
    const { torch, nn, Pair, inputs } = classes()
    class Later extends python.subclass(nn.Module) {
      constructor() {
        super()
        this.fc = nn.Linear(2, 1)
      }
      async forward(x: PythonReference) {
        const half = await this.fc(x).$keep
        await new Promise((resolve) => setTimeout(resolve, 1))
        return torch.cat([half, this.fc(x)])
      }
    }
    const quietly = torch.no_grad().$call(python.eval('lambda net, x: net(x)'))
    const { sleep } = python.import('time')
    for (const net of [new Pair(), new Later()]) {
      for (let i = 0; i < 10; i++) {
        await Promise.all([sleep(0.005), sleep(0.005)]) // threads that are awake
        expect(await quietly(net, inputs).requires_grad).toBe(false)
      }
      expect(await net.$call(inputs).requires_grad).toBe(true)
    }
  })

  it('sees what the thread is told, under python.sync', () => {
    const torch = python.sync.import('torch')
    class Twice extends python.sync.subclass(torch.nn.Module) {
      constructor() {
        super()
        this.fc = torch.nn.Linear(1, 1)
      }
      forward(x: unknown) {
        return this.fc(x).$mul(2)
      }
    }
    const net = new Twice()
    expect(net.$call(torch.ones(1, 1)).requires_grad).toBe(true)
    const quiet = torch.no_grad()
    quiet.__enter__()
    expect(net.$call(torch.ones(1, 1)).requires_grad).toBe(false)
    quiet.__exit__(null, null, null)
  })
})
