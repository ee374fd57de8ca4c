"""Training of OASIS models: see README.md in this folder.
SPDX-License-Identifier: Apache-2.0"""
