// How far what was typed is from what was meant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace ledger_bridge::tools {

// How many elements have to be put in, left out or exchanged to make one of the other.
template <class One, class Other, class Same = std::equal_to<>>
std::size_t edit_distance(const One& one, const Other& other, Same same = {}) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const auto exchanged = diagonal + (same(one[i], other[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace ledger_bridge::tools
