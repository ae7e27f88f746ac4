{
  "targets": [
    {
      "target_name": "floor",
      "sources": ["floor.c", "wake.c", "values.c", "records.c", "burn.c"],
      "cflags": ["-O2", "-Wall", "-Wextra"],
      "conditions": [["OS=='linux'", { "libraries": ["-ldl", "-lpthread"] }]]
    }
  ]
}
