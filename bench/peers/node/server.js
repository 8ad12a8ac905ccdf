// The multilayer perceptron behind a route, written in an hour and left as it was.
//   node server.js MODEL PORT
import Fastify from 'fastify'
import ort from 'onnxruntime-node'

const [model, port] = process.argv.slice(2)
const session = await ort.InferenceSession.create(model)
const app = Fastify({ bodyLimit: 64 * 1024 * 1024 })

app.post('/v1/models/mlp::predict', async request => {
  const rows = request.body.instances
  const input = new ort.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0].length])
  const { y } = await session.run({ x: input })
  const width = y.dims[1]
  const predictions = []
  for (let row = 0; row < y.dims[0]; row++) {
    predictions.push(Array.from(y.data.subarray(row * width, (row + 1) * width)))
  }
  return { predictions }
})

await app.listen({ port: Number(port), host: '127.0.0.1' })
console.log('node peer: ready')
