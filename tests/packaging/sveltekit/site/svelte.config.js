const adapter = (await import(`@sveltejs/adapter-${process.env.ADAPTER}`)).default;

export default { kit: { adapter: adapter() } };
