#include "py/shape_table.h"

namespace snakebridge {

std::optional<ShapeTable::Found> ShapeTable::shapeOf(Borrowed dict) {
  candidate_.clear();
  uint64_t hash = 0;
  Py_ssize_t position = 0;
  PyObject* key = nullptr;
  while (py.PyDict_Next(dict.get(), &position, &key, nullptr) != 0) {
    if (typeOf(key) != py.UnicodeType) return std::nullopt;
    hash = (hash ^ reinterpret_cast<uintptr_t>(key) >> 4) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    candidate_.push_back(key);
  }

  if (hashes_.empty()) starts_.assign(1, 0);
  if (!slots_.empty()) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
      const uint32_t shape = slots_[at] - 1;
      if (hashes_[shape] == hash && isShape(shape)) return Found{shape, false};
    }
  }
  const auto shape = static_cast<uint32_t>(hashes_.size());
  for (PyObject* each : candidate_) keys_.push_back(own(each));
  starts_.push_back(static_cast<uint32_t>(keys_.size()));
  hashes_.push_back(hash);
  addSlot(shape);
  return Found{shape, true};
}

void ShapeTable::clear() {
  if (hashes_.empty()) return;
  keys_.clear();
  hashes_.clear();
  slots_.assign(slots_.size(), 0);
}

bool ShapeTable::isShape(uint32_t shape) const {
  if (size(shape) != candidate_.size()) return false;
  const Ref* keys = keys_.data() + starts_[shape];
  for (size_t i = 0; i < candidate_.size(); ++i) {
    if (!keys[i].is(candidate_[i])) return false;
  }
  return true;
}

void ShapeTable::addSlot(uint32_t shape) {
  const bool grows = hashes_.size() * 2 > slots_.size();
  if (grows) slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t each = grows ? 0 : shape; each <= shape; ++each) {
    size_t at = hashes_[each] & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = each + 1;
  }
}

}  // namespace snakebridge
