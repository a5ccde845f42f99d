// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// A token that keeps a hundredth of each transfer: what it logs is what arrives.
contract Greedy {
    event Transfer(address indexed from, address indexed to, uint256 value);

    uint8 public constant decimals = 6;
    mapping(address => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = 10 ** 15;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        uint256 kept = value / 100;
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value - kept;
        balanceOf[address(this)] += kept;
        emit Transfer(msg.sender, address(this), kept);
        emit Transfer(msg.sender, to, value - kept);
        return true;
    }
}
