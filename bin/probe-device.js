// Runs one graph on one device for the process that started this one (src/runtime/devices.ts), and sends back
// what it gave, or why it gave nothing. That process ends it.

process.on("message", async ({ model, executionProviders, feeds }) => {
  try {
    const { InferenceSession, Tensor } = await import("onnxruntime-node");
    const session = await InferenceSession.create(model, { executionProviders });
    const inputs = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [
      name,
      new Tensor(dtype, data, shape),
    ]);
    const outputs = Object.entries(await session.run(Object.fromEntries(inputs)));
    process.send({ outputs: Object.fromEntries(outputs.map(([name, { data }]) => [name, data])) });
  } catch (error) {
    process.send({ error: error instanceof Error ? error.message : String(error) });
  }
});
