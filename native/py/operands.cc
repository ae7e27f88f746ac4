#include "py/operands.h"

#include "py/python_error.h"

namespace snakebridge {

Ref Operands::object(uint32_t index, uint32_t generation) {
  Borrowed found = environment_.objects.find(index, generation);
  if (!found) raise(py.RuntimeError, "expected a live reference, got one that was released (or was never given out)");
  return own(found);
}

Ref Operands::temp(uint32_t index) {
  switch (environment_.temps.state(index)) {
    case TempTable::State::kReady:
      return own(environment_.temps.value(index));
    case TempTable::State::kFailed:
      throw DependencyFailed{environment_.temps.failure(index)};
    default:
      throw NotReady{index};
  }
}

Ref Operands::memory(const MemoryView& view) {
  if (view.external >= externals_.size()) throw wire::MalformedMessage("an unknown external");
  return viewOfJsMemory(externals_[view.external], view);
}

Ref Operands::exported(uint32_t exportId) {
  Ref owner = environment_.exports.ownerOf(exportId);
  if (!owner) raise(py.RuntimeError, "expected a live array, got one whose memory was released");
  return owner;
}

Ref Operands::jsValue(uint32_t id, uint32_t kind, std::string_view details) {
  jsValues_.push_back(environment_.jsValues.take(environment_, id, kind, details));
  return jsValues_.back().copy();
}

void Operands::taken() {
  for (const Ref& each : jsValues_) JsValueTable::arrived(each);
}

}  // namespace snakebridge
