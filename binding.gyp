{
  "targets": [
    {
      "target_name": "snakebridge",
      "sources": ["<!@(node scripts/native-build-inputs.mjs sources)"],
      "include_dirs": [
        "native",
        "<!(node -p \"require('node-addon-api').include_dir\")",
        "<!(node scripts/native-build-inputs.mjs python-include)"
      ],
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags": ["-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"],
      "cflags!": ["-fno-exceptions", "-fno-rtti", "-fno-omit-frame-pointer"],
      "cflags_cc": ["-std=c++20", "-fvisibility-inlines-hidden", "-Wall", "-Wextra", "-Wno-unused-parameter"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "configurations": { "Release": { "defines": ["NDEBUG"] } },
      "conditions": [
        ["OS=='linux'", {
          "libraries": ["-ldl", "-pthread"],
          "ldflags": [
            "-Wl,-z,now",
            "-Wl,--gc-sections",
            "-Wl,--version-script=<(module_root_dir)/native/exports.map",
            "<!@(node scripts/native-build-inputs.mjs static-runtime)"
          ]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "CLANG_CXX_LIBRARY": "libc++",
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "GCC_ENABLE_CPP_RTTI": "YES",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "12.0"
          }
        }],
        ["OS=='win'", {
          "defines": ["NOMINMAX", "WIN32_LEAN_AND_MEAN"],
          "msvs_settings": {
            "VCCLCompilerTool": {
              "ExceptionHandling": 1,
              "RuntimeTypeInfo": "true",
              "AdditionalOptions": ["/std:c++20", "/utf-8"]
            }
          }
        }]
      ]
    }
  ]
}
