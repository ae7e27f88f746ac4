// What the bytes of JS refer to outside themselves: the objects, results, memory and values of its environment.
// Needs the GIL.
#pragma once

#include <vector>

#include "py/decoder.h"
#include "py/environment.h"

namespace snakebridge {

// For one message: an operation, or the answer to a call. Throws what Environment's declarations say: NotReady,
// DependencyFailed.
class Operands final : public ImportSource {
 public:
  Operands(Environment& environment, const std::vector<JsMemoryRef>& externals)
      : environment_(environment), externals_(externals) {}

  Ref object(uint32_t index, uint32_t generation) override;
  Ref temp(uint32_t index) override;
  Ref memory(const MemoryView& view) override;
  Ref exported(uint32_t exportId) override;
  Ref jsValue(uint32_t id, uint32_t kind, std::string_view details) override;
  // The whole message was decoded: its JS values count as arrived (js_values.h rule 2).
  void taken();

 private:
  Environment& environment_;
  const std::vector<JsMemoryRef>& externals_;
  std::vector<Ref> jsValues_;
};

}  // namespace snakebridge
